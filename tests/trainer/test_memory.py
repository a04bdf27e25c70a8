"""Counted activations against what lives after a forward pass, and at the peak of a backward pass, on the CPU."""

import gc
from dataclasses import replace

import pytest
import torch

from tests.trainer.living import Living
from trainer.config import PRESETS, ModelConfig
from trainer.flops import parameters
from trainer.kernels import attention, choice
from trainer.memory import activations, fused_loss_bytes, in_flight, loss_bytes, of_rank
from trainer.model import Llama
from trainer.parallel import checkpointing
from trainer.recipe import Parallel

torch.set_num_threads(1)
KINDS = ("none", "selective", "full")
CONFIG = ModelConfig(96, 2, 4, 2, 200, vocab_size=512, head_dim=16)
B8 = PRESETS["8b"]
GB = 1e9


@pytest.fixture(autouse=True)
def references(monkeypatch):
    """A CPU would go document by document and keep no mask; a GPU has the reference, or less with a fused kernel.

    Nor are these few logits held, as those of real vocabularies are not.
    """
    monkeypatch.setattr("trainer.kernels.attention.attention", attention.reference)
    for module in ("trainer.memory", "trainer.kernels.linear_cross_entropy"):
        monkeypatch.setattr(f"{module}.HELD", 0)


def lived(config, kind, dtype, length, rows=1):
    """Bytes after the forward pass, and at the peak of the backward pass."""
    model = Llama(config)
    model.init_weights(0)
    model.to(dtype).set_longest(length)
    checkpointing.apply(model, kind)
    tokens, starts = torch.zeros(rows, length, dtype=torch.int64), torch.zeros(rows, length, dtype=torch.int32)
    weights = torch.ones(rows, length)
    tables = model._rotary(tokens.device)
    with Living([*model.parameters(), *tables, tokens, starts, weights]) as living:
        loss, _ = model(tokens, starts, targets=tokens, weights=weights)
        gc.collect()  # of what the interpreter leaves
        forward, living.peak = living.bytes(), 0
        loss.backward()
    return forward, living.peak


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=["fp32", "bf16"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_layer_keeps_what_is_counted_to_the_byte_and_the_ends_but_for_a_stream(kind, dtype):
    length = 64
    two, _ = lived(CONFIG, kind, dtype, length)
    three, _ = lived(replace(CONFIG, layers=3), kind, dtype, length)
    counted = activations(CONFIG, length, element=dtype.itemsize, checkpointing=kind)
    assert three - two == length * counted.layer
    ends = two - 2 * length * counted.layer  # the first block has no stream beside its input yet
    between = 2 * dtype.itemsize * CONFIG.dim
    assert length * (counted.ends - between) < ends < length * counted.ends


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=["fp32", "bf16"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("layers", "vocabulary", "length"), [(6, 64, 192), (2, 2048, 1088)])
def test_the_peak_of_the_backward_pass_is_what_is_counted_within_a_tenth(layers, vocabulary, length, kind, dtype):
    """First where blocks decide, then where the loss does."""
    config = ModelConfig(64, layers, 4, 2, 96, vocab_size=vocabulary)
    counted = activations(config, length, element=dtype.itemsize, checkpointing=kind)
    on_top = max(length * counted.working, loss_bytes(config, dtype.itemsize, tokens=length))
    peak = length * (layers * counted.layer + counted.ends) + on_top
    assert lived(config, kind, dtype, length)[1] == pytest.approx(peak, rel=0.1)


def test_few_logits_are_held_and_counted(monkeypatch):
    for module in ("trainer.memory", "trainer.kernels.linear_cross_entropy"):
        monkeypatch.setattr(f"{module}.HELD", 1 << 25)
    config, length = ModelConfig(16, 1, 2, 1, 24, vocab_size=2048), 2048
    counted = activations(config, length, element=4)
    peak = length * (counted.layer + counted.ends) + loss_bytes(config, 4, tokens=length)
    assert lived(config, "none", torch.float32, length)[1] == pytest.approx(peak, rel=0.1)


def test_tensor_and_sequence_parallelism_halve_all_but_what_goes_whole_into_the_matrices():
    alone, two = (activations(B8, 8192, tensor=ranks).layer for ranks in (1, 2))
    whole = 2 * 2 * B8.dim + 4 * B8.head_dim + 2 * 8192  # both norms' results, rotary turns, the mask
    assert two - whole == pytest.approx((alone - whole) / 2)


@pytest.mark.parametrize("kind", KINDS)
def test_checkpointing_keeps_less_the_more_it_makes_anew(kind):
    kept = {each: activations(B8, 8192, checkpointing=each).layer for each in KINDS}
    assert kept["full"] < kept["selective"] < kept["none"]
    assert kept["full"] == 2 * 2 * B8.dim
    assert activations(B8, 8192, checkpointing=kind).working <= kept["none"]


def test_the_states_of_8b_over_eight_ranks_are_16_bytes_a_parameter_in_eight_parts():
    found = of_rank(B8, Parallel(), 8, 8192)
    assert found.weights + found.gradients + found.moments == pytest.approx(16 * 8_030_261_248 / 8)
    bf16 = of_rank(B8, Parallel(), 8, 8192, moment=2)
    assert found.total - bf16.total == pytest.approx(4 * 8_030_261_248 / 8)


@pytest.mark.parametrize("world", [1, 4])
@pytest.mark.parametrize("bf16", [False, True])
def test_one_process_has_all_of_it_and_a_bf16_copy(bf16, world):
    found = of_rank(PRESETS["1b"], Parallel(), world, 4096, bf16=bf16)
    assert found.weights * world == pytest.approx((6 if bf16 and world == 1 else 4) * 1_235_814_400)


@pytest.mark.parametrize("parallel", [
    Parallel(tensor=8, pipeline=16), Parallel(tensor=2, context=4), Parallel(pipeline=4, schedule="interleaved"),
])  # fmt: skip
def test_the_parts_of_all_ranks_are_the_whole_model(parallel):
    config = replace(PRESETS["405b"], layers=126)
    each = parallel.tensor * parallel.pipeline * parallel.context
    world = each * 4
    of_stage = [of_rank(config, parallel, world, 8192, rank=rank).moments for rank in range(parallel.pipeline)]
    assert sum(of_stage) * world / parallel.pipeline == pytest.approx(8 * parameters(config).total)


def test_405b_on_8_tensor_and_16_pipeline_ranks_fits_80_gb_where_checkpointing_is_selective():
    """Llama 3's mesh at 8,192 tokens (Grattafiori et al. 2024, table 4)."""

    def worst(kind):
        parallel = Parallel(tensor=8, pipeline=16, checkpointing=kind)
        ranks = (of_rank(PRESETS["405b"], parallel, 16_384, 8192, rank=at, microbatches=16) for at in range(16))
        return max(rank.total for rank in ranks)

    assert worst("full") < worst("selective") < 80 * GB < worst("none")


def test_1f1b_holds_as_many_microbatches_as_stages_follow():
    parallel = Parallel(pipeline=4)
    assert [in_flight(parallel, rank, 8) for rank in range(4)] == [4, 3, 2, 1]
    assert [in_flight(parallel, rank, 2) for rank in range(4)] == [2, 2, 2, 1]
    assert in_flight(Parallel(), 0, 8) == 1


def test_interleaved_stages_hold_what_torch_s_schedule_has_in_flight():
    """Counted along the order of operations that torch.distributed.pipelining makes for each rank."""
    from torch.distributed.pipelining.schedules import _get_1f1b_rank_ops

    ranks, microbatches = 4, 8
    parallel = Parallel(pipeline=ranks, schedule="interleaved")
    for rank in range(ranks):
        warmup = min((2 - 1) * ranks + 2 * (ranks - 1 - rank), 2 * microbatches)
        operations = _get_1f1b_rank_ops(
            2, ranks, warmup, 2 * microbatches - warmup, warmup, rank, lambda _: 0, lambda _: 0
        )
        held = most = 0
        for operation in operations:
            kind = operation.computation_type.name if operation is not None else ""
            held += {"FORWARD": 1, "FULL_BACKWARD": -1}.get(kind, 0)
            most = max(most, held)
        assert in_flight(parallel, rank, microbatches) == most


@pytest.mark.parametrize("kind", KINDS)
def test_fused_kernels_keep_what_is_counted_to_the_byte(kind, monkeypatch):
    """Interpreted, in fp16."""
    monkeypatch.undo()  # the reference in attention's place
    config, length, dtype = ModelConfig(32, 2, 2, 1, 48, vocab_size=64, head_dim=16), 16, torch.float16
    with choice.chosen("triton", torch.device("cpu")):
        two, _ = lived(config, kind, dtype, length)
        three, _ = lived(replace(config, layers=3), kind, dtype, length)
    counted = activations(config, length, checkpointing=kind, fused=True)
    assert three - two == length * counted.layer
    gradients = 4 * config.dim * (config.vocab_size + length)  # which the loss' forward pass makes
    ends = two - 2 * length * counted.layer - gradients
    assert 0 < ends < length * counted.ends


def test_the_fused_loss_holds_a_chunk_of_logits_and_both_gradients():
    logits, gradients = 4096 * 128_256 * 2, 4 * 4096 * (128_256 + 8192)
    assert fused_loss_bytes(B8, 2, tokens=8192) == pytest.approx(gradients + max(logits, 128_256 * 4096 * 2))
    assert fused_loss_bytes(B8, 2, tensor=8, tokens=8192) < fused_loss_bytes(B8, 2, tokens=8192) / 4
