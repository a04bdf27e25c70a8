"""Each kernel's time goes to the operation that launched it, or to a name it has itself."""

from types import SimpleNamespace

import pytest
import torch
from torch.autograd import DeviceType
from torch.profiler import record_function

from benchmarks import gpu_breakdown
from benchmarks.gpu_breakdown import by_name, by_operation
from trainer.kernels import ahead


def launched(*names, us=10.0):
    """An event of the host, inside of others, that launched a kernel."""
    event = None
    for name in names:
        event = SimpleNamespace(name=name, cpu_parent=event, device_type=DeviceType.CPU, use_device="cuda")
        event.is_user_annotation, event.kernels = False, []
    event.kernels = [SimpleNamespace(duration=us)]
    return event


@pytest.mark.parametrize(
    "kind, names",
    [
        ("matmul", ["aten::linear", "aten::mm"]),
        ("linear + cross-entropy", ["curate::linear_cross_entropy", "aten::mm"]),
        ("attention forward", ["curate::attention"]),
        ("attention backward", ["autograd::engine::evaluate_function", "curate::attention_backward"]),
        ("attention forward", ["aten::_scaled_dot_product_attention_math", "aten::bmm"]),
        ("attention backward", ["aten::_scaled_dot_product_efficient_attention_backward"]),
        ("attention backward", ["aten::_cudnn_attention_backward"]),
        ("rms_norm", ["curate::rms_norm_backward"]),
        ("rope", ["curate::rope"]),
        ("swiglu", ["curate::swiglu_backward", "aten::copy_"]),
        ("grad_norm", ["curate::grad_norm"]),
        ("grad_norm", ["grad norm", "aten::sum"]),
        ("adamw", ["adamw", "aten::copy_"]),
        ("copies", ["master copies", "aten::copy_"]),
        ("copies", ["aten::to", "aten::_to_copy", "aten::copy_"]),
        ("other", ["aten::embedding"]),
    ],
)  # fmt: skip
def test_the_operation_around_a_kernel_says_what_it_is(kind, names):
    assert by_operation([launched(*names), launched(*names)]) == {kind: 20.0}


def test_stretches_shown_on_the_device_are_not_counted_twice():
    event = launched("adamw")
    event.is_user_annotation = True
    assert not by_operation([event])


def test_names_of_kernels_decide_where_nothing_is_linked():
    kernels = [
        ("nvjet_tst_128x256_64x4_2x1_v_bz_coopB_TNN", 5.0),
        ("sm90_xmma_gemm_bf16", 1.0),
        ("cudnn_generated_fort_native_sdpa_sm90_flash_bprop_bwd", 2.0),
        ("void at::native::vectorized_elementwise_kernel", 3.0),
    ]
    assert by_name(kernels) == {"matmul": 6.0, "attention backward": 2.0, "other": 3.0}


def test_every_kernel_of_ours_has_a_kind_by_its_name():
    kernels = {case.kernel.fn.__name__ for case in ahead.all_cases()}
    assert "kernel" in kernels and not by_name((name, 1.0) for name in kernels)["other"]


def test_a_profiled_stretch_of_a_real_profile_names_what_it_did():
    def work():
        with record_function("adamw"):
            torch.ones(300_000).mul_(2)
        torch.mm(torch.ones(200, 200), torch.ones(200, 200))

    found = gpu_breakdown.of(work, torch.device("cpu"))
    assert found["adamw"] > 0 and found["matmul"] > 0
