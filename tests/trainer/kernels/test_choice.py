"""Which way kernels are computed: what is chosen, and what is said where that cannot be."""

import pytest
import torch

from trainer.errors import TrainingError
from trainer.kernels import choice
from trainer.kernels.names import NAMES

CPU = torch.device("cpu")
FLOAT = torch.ones(1)


@pytest.fixture(autouse=True)
def as_before():
    with choice.chosen("auto", CPU):
        yield


def test_auto_is_the_reference_where_there_is_no_gpu():
    assert choice.choose("auto", CPU) == dict.fromkeys(NAMES, "reference")
    assert not any(choice.fused(name, FLOAT) for name in NAMES)


def test_triton_is_tritons_but_for_float64():
    assert choice.choose("triton", CPU) == dict.fromkeys(NAMES, "triton")
    for dtype, fused in ((torch.float32, True), (torch.float16, True), (torch.float64, False)):
        assert choice.fused("swiglu", FLOAT.to(dtype)) == fused


def test_bf16_is_refused_where_it_would_be_wrong_and_computed_by_the_reference():
    choice.choose({"rope": "triton"}, CPU)
    with pytest.raises(
        TrainingError, match=r"^kernels\.rope: Triton's interpreter .* bf16 wrongly; set precision: fp32$"
    ):
        choice.fused("rope", FLOAT.bfloat16())
    assert not choice.fused("swiglu", FLOAT.bfloat16())


def test_what_a_models_shape_rules_out_is_refused_by_name_and_auto_s_reference():
    refused = {"rope": "there is none for odd widths", "swiglu": ""}
    with pytest.raises(
        TrainingError, match=r"^kernels\.rope: .* and there is none for odd widths; write auto or reference$"
    ):
        choice.choose("triton", CPU, refused)
    found = choice.choose({"swiglu": "triton"}, CPU, refused)
    assert (found["rope"], found["swiglu"]) == ("reference", "triton")


def test_a_mapping_chooses_kernel_by_kernel_and_leaves_the_others_to_auto():
    found = choice.choose({"rope": "triton", "adamw": "reference"}, CPU)
    assert found == dict.fromkeys(NAMES, "reference") | {"rope": "triton"}
    assert choice.fused("rope", FLOAT) and not choice.fused("swiglu", FLOAT)


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (lambda patch: patch.delenv("TRITON_INTERPRET"), "there is no CUDA device here"),
        (lambda patch: patch.setattr("importlib.util.find_spec", lambda name: None), "Triton is not installed"),
    ],
)
def test_where_triton_is_insisted_on_in_vain_the_kernel_and_the_way_out_are_named(monkeypatch, broken, why):
    broken(monkeypatch)
    with pytest.raises(TrainingError, match=rf"^kernels\.rope: is to be triton, and {why}.*; write auto or reference$"):
        choice.choose({"rope": "triton", "swiglu": "auto"}, CPU)
    assert choice.choose("auto", CPU) == dict.fromkeys(NAMES, "reference")


def test_an_old_gpu_is_refused_by_its_name_and_served_by_references(monkeypatch):
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: (7, 0))
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: "Tesla V100")
    with pytest.raises(TrainingError, match=r"Tesla V100 is older than compute capability 8\.0"):
        choice.choose("triton", torch.device("cuda", 0))
    assert set(choice.choose("auto", torch.device("cuda", 0)).values()) == {"reference"}


def test_a_gpu_that_has_what_they_need_gets_them_all(monkeypatch):
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: (9, 0))
    assert set(choice.choose("auto", torch.device("cuda", 0)).values()) == {"triton"}
    monkeypatch.delenv("TRITON_INTERPRET")
    assert not choice.fused("swiglu", FLOAT)  # a tensor that lies on the CPU all the same


def test_what_was_chosen_for_a_while_is_undone_also_by_an_error():
    choice.choose({"rope": "triton"}, CPU)
    with pytest.raises(ZeroDivisionError), choice.chosen("reference", CPU):
        assert not choice.fused("rope", FLOAT)
        raise ZeroDivisionError
    assert choice.fused("rope", FLOAT) and not choice.fused("swiglu", FLOAT)


def test_what_is_refused_changes_nothing(monkeypatch):
    choice.choose({"rope": "triton"}, CPU)
    with monkeypatch.context() as patch, pytest.raises(TrainingError):
        patch.delenv("TRITON_INTERPRET")
        choice.choose("triton", CPU)
    assert choice.fused("rope", FLOAT) and not choice.fused("swiglu", FLOAT)
