"""The fused attention in Triton's interpreter against its reference: small tiles, so that each loop has some."""

from types import SimpleNamespace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.utils.checkpoint import checkpoint, create_selective_checkpoint_contexts

from tests.trainer.kernels.fused.interpreted import CPU, TYPES, agree, drawn
from trainer.kernels import choice, tuned
from trainer.kernels.attention import _fused, attention, reference
from trainer.kernels.fused import attention_backward_queries, attention_forward
from trainer.parallel.checkpointing import _policy

CLOSE = {torch.float32: {"rtol": 2e-5, "atol": 2e-5}, torch.float16: {"rtol": 4e-3, "atol": 4e-3}}
GROUPS = [(1, 1), (2, 1), (3, 1), (8, 2), (5, 1), (6, 1), (7, 1), (8, 1), (2, 2)]  # heads, heads of keys


@pytest.fixture(scope="module", autouse=True)
def small_tiles():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(attention_forward, "EXACT", {64: {"BM": 16, "BN": 16}})
        patch.setattr(attention_forward, "DEFAULT", {64: {"BM": 32, "BN": 16}})
        yield


@st.composite
def rows(draw, batch=2, longest=70):
    """starts int32 [batch, rows]: documents, some of one token, and padding."""
    found = []
    length = draw(st.integers(1, longest))
    for _ in range(batch):
        starts, pad = [], draw(st.sampled_from([0, 0, 1, 20]))
        while len(starts) < length - pad:
            starts += [len(starts)] * draw(st.sampled_from([1, 1, 2, 5, 17, 40, 70]))
        starts = starts[: max(0, length - pad)]
        found.append(starts + list(range(len(starts), length)))
    return torch.tensor(found, dtype=torch.int32)


def lse_of(q, k, starts, first_row):
    """log2 of each query's sum of exp(score), [B, H, Q] in fp64."""
    q, k = q.double(), k.double().repeat_interleave(q.shape[2] // k.shape[2], dim=2)
    scores = torch.einsum("bqhd,bkhd->bhqk", q, k) / q.shape[3] ** 0.5
    places, keys = torch.arange(first_row, first_row + q.shape[1]), torch.arange(k.shape[1])
    seen = (keys >= starts[:, :, None]) & (keys <= places[:, None])
    return scores.masked_fill(~seen[:, None], float("-inf")).logsumexp(-1) / torch.log(torch.tensor(2.0).double())


def check(q, k, v, starts, first_row=0):
    out, lse = attention_forward.forward(q, k, v, starts, first_row)
    wanted = reference(q.double(), k.double(), v.double(), starts, first_row)
    assert out.dtype == q.dtype and lse.dtype == torch.float32 and out.is_contiguous()
    torch.testing.assert_close(out.double(), wanted, **CLOSE[q.dtype])
    torch.testing.assert_close(lse.double(), lse_of(q, k, starts, first_row), rtol=1e-5, atol=1e-5)


@given(rows(), st.sampled_from(GROUPS), st.sampled_from([16, 32]), st.sampled_from(TYPES), st.data())
def test_output_and_sums_are_the_references(starts, heads, width, dtype, data):
    """For all queries of a row, or for some and the keys of all, as context parallelism has it."""
    batch, length = starts.shape
    first_row = data.draw(st.sampled_from([0, 0, length // 2]))
    starts = starts[:, first_row:]
    q = drawn(batch, length - first_row, heads[0], width, seed=length, dtype=dtype) * 2
    k, v = (drawn(batch, length + length % 3, heads[1], width, seed=at, dtype=dtype) for at in (1, 2))
    check(q, k, v, starts, first_row)


@pytest.mark.parametrize("length", [1, 15, 16, 17, 32, 33, 64, 65])
@pytest.mark.parametrize("starts", ["one document", "documents of one token"])
def test_a_document_that_fills_the_row_and_documents_of_one_token(length, starts):
    begins = torch.zeros(length) if starts == "one document" else torch.arange(length)
    q, k, v = drawn(1, length, 2, 16, seed=0), drawn(1, length, 1, 16, seed=1), drawn(1, length, 1, 16, seed=2)
    check(q, k, v, begins.to(torch.int32)[None])


@pytest.mark.parametrize("window", [3, 16, 21, 50])
def test_starts_may_be_any_that_never_go_back(window):
    """As of a sliding window: within a tile they differ, and all lie far before it."""
    starts = (torch.arange(70) - window).clamp(min=0).to(torch.int32)[None]
    check(drawn(1, 70, 2, 16, seed=0), drawn(1, 70, 1, 16, seed=1), drawn(1, 70, 1, 16, seed=2), starts)


def test_no_score_is_too_large_or_too_small():
    q, k, v = drawn(1, 40, 2, 16, seed=0) * 1e4, drawn(1, 40, 2, 16, seed=1), drawn(1, 40, 2, 16, seed=2)
    starts = torch.tensor([[0] * 7 + [7] * 30 + [37, 38, 39]], dtype=torch.int32)
    for sign in (1, -1):
        out, lse = attention_forward.forward(sign * q, k, v, starts)
        assert out.isfinite().all() and lse.isfinite().all()
    alike = torch.full((1, 40, 2, 16), -1e3)
    check(alike, -alike, v, starts)  # every score far below zero


def test_keys_before_a_tiles_documents_are_not_read():
    starts = torch.tensor([[0] * 16 + [16] * 21 + [37] * 27], dtype=torch.int32)
    q, k, v = drawn(1, 64, 1, 16, seed=0), drawn(1, 64, 1, 16, seed=1), drawn(1, 64, 1, 16, seed=2)
    k[:, :16], v[:, :16] = float("nan"), float("nan")  # what is multiplied with it is seen, whatever the mask
    out, _ = attention_forward.forward(q[:, 16:], k, v, starts[:, 16:], 16)
    torch.testing.assert_close(out, reference(q, k.nan_to_num(), v.nan_to_num(), starts)[:, 16:], **CLOSE[q.dtype])


def test_parts_of_wider_tensors_are_taken_as_they_lie():
    starts = torch.zeros(2, 20, dtype=torch.int32)
    both = drawn(2, 33, 4, 16, seed=0)  # keys and values of one gather, of which a rank sees the first 30
    q = drawn(2, 40, 2, 48, seed=1)[:, 5:25, :, 16:32]
    check(q, both[:, :30, :2], both[:, :30, 2:], starts, 10)


def test_what_bulk_copies_cannot_reach_is_copied():
    starts = torch.zeros(1, 20, dtype=torch.int32)
    k, v = drawn(2, 1, 20, 2, 17, seed=0)[..., 1:]  # rows of 17 elements, and the first of them left out
    q = drawn(1, 20, 16, 2, seed=1).transpose(2, 3)
    check(q, k, v, starts)
    check(q, k.transpose(1, 2).contiguous().transpose(1, 2), v, starts)


@pytest.mark.parametrize("kilobytes", [99, 163, 227])
def test_tiles_are_those_of_the_gpus_shared_memory_whatever_its_generation(monkeypatch, kilobytes):
    """An RTX 5090 comes after Hopper, and has 99 KB for a program."""
    about = SimpleNamespace(shared_memory_per_block_optin=kilobytes * 1024)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda device: about)
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: (12, 0) if kilobytes == 99 else (9, 0))
    monkeypatch.setattr(tuned, "_device_name", lambda device: "some GPU")
    q = SimpleNamespace(shape=(1, 1, 1, 64), dtype=torch.bfloat16, device=torch.device("cuda", 0))
    roomy = kilobytes == 227
    forward = attention_forward
    assert forward.tiles(q) == (forward.DEFAULT if roomy else forward.PORTABLE)[64]
    back = attention_backward_queries
    tiles = back.tiles("attention_backward_queries", q, back.DEFAULT, back.PORTABLE, back.EXACT)
    assert tiles == (back.DEFAULT[64] if roomy else back.PORTABLE)


def test_nothing_gives_nothing():
    q, starts = torch.empty(0, 5, 2, 16), torch.empty(0, 5, dtype=torch.int32)
    out, lse = attention_forward.forward(q, q, q, starts)
    assert out.shape == q.shape and lse.shape == (0, 2, 5)


@given(rows(batch=1, longest=40), st.sampled_from(GROUPS), st.sampled_from(TYPES), st.data())
def test_gradients_are_the_references(starts, heads, dtype, data):
    length = starts.shape[1]
    first_row = data.draw(st.sampled_from([0, length // 2]))
    starts = starts[:, first_row:]
    q, along = (drawn(1, length - first_row, heads[0], 16, seed=at, dtype=dtype) for at in range(2))
    k, v = (drawn(1, length, heads[1], 16, seed=at, dtype=dtype) for at in (2, 3))

    def function(q, k, v):
        return attention(q, k, v, starts, first_row)

    agree(function, lambda q, k, v: reference(q, k, v, starts, first_row), (q, k, v), along, name="attention")


@pytest.mark.parametrize("dtype", [torch.int32, torch.int64])
def test_starts_may_be_the_same_for_all_rows_and_of_either_width(dtype):
    q, k, v = (drawn(3, 20, heads, 16, seed=heads) for heads in (4, 2, 2))
    starts = torch.tensor([[0] * 7 + [7] * 13], dtype=dtype)
    with choice.chosen("triton", CPU):
        got = attention(q, k, v, starts)
    torch.testing.assert_close(got, reference(q, k, v, starts), **CLOSE[q.dtype])


@pytest.mark.parametrize(
    ("keys", "values", "starts"),
    [
        ((2, 9, 2, 16), (2, 9, 1, 16), (2, 9)),
        ((1, 9, 2, 16), (1, 9, 2, 16), (2, 9)),
        ((2, 9, 2, 32), (2, 9, 2, 32), (2, 9)),
        ((2, 9, 2, 16), (2, 9, 2, 16), (9,)),
        ((2, 9, 2, 16), (2, 9, 2, 16), (2, 8)),
        ((2, 9, 2, 16), (2, 9, 2, 16), (3, 9)),
    ],
)
def test_shapes_that_do_not_go_together_are_refused(keys, values, starts):
    q, k, v = drawn(2, 9, 4, 16, seed=0), drawn(*keys, seed=1), drawn(*values, seed=2)
    with choice.chosen("triton", CPU), pytest.raises(ValueError, match=r"are not \[B, Q, H, D\]|one number a query"):
        attention(q, k, v, torch.zeros(starts, dtype=torch.int32))


def test_heads_and_rows_without_keys_are_refused():
    q, k, starts = drawn(1, 9, 5, 16, seed=0), drawn(1, 9, 2, 16, seed=1), torch.zeros(1, 9, dtype=torch.int32)
    with choice.chosen("triton", CPU):
        with pytest.raises(ValueError, match="5 heads of queries cannot share 2 of keys"):
            attention(q, k, k, starts)
        with pytest.raises(ValueError, match="9 queries from row 1 on need as many keys; there are 9"):
            attention(q[:, :, :4], k, k, starts, 1)


def inputs():
    starts = torch.tensor([[0] * 7 + [7] * 20], dtype=torch.int32)
    q, k, v = (drawn(1, 27, heads, 16, seed=heads).requires_grad_() for heads in (4, 2, 2))
    return q, k, v, starts


def test_torch_compile_and_its_checks_accept_it():
    torch.library.opcheck(_fused, (*inputs(), 0))
    with choice.chosen("triton", CPU):
        compiled = torch.compile(attention, fullgraph=True, backend="aot_eager")
        results, gradients = [], []
        for function in (attention, compiled):
            *tensors, starts = inputs()
            results.append(function(*tensors, starts))
            gradients += torch.autograd.grad(results[-1].square().sum(), tensors)
    assert torch.equal(*results)
    assert all(torch.equal(one, other) for one, other in zip(gradients[:3], gradients[3:], strict=True))


def test_checkpointing_gives_the_same_bits_and_the_selective_kind_computes_it_once(monkeypatch):
    calls, forward = [], attention_forward.forward
    monkeypatch.setattr(attention_forward, "forward", lambda *given: calls.append(1) or forward(*given))
    kinds = {
        "none": lambda *given: attention(*given),
        "full": lambda *given: checkpoint(attention, *given, use_reentrant=False),
        "selective": lambda *given: checkpoint(
            attention,
            *given,
            use_reentrant=False,
            context_fn=lambda: create_selective_checkpoint_contexts(_policy),
        ),
    }
    found, times = [], []
    with choice.chosen("triton", CPU):
        for function in kinds.values():
            calls.clear()
            *tensors, starts = inputs()
            out = function(*tensors, starts)
            found.append([out, *torch.autograd.grad(out.square().sum(), tensors)])
            times.append(len(calls))
    assert times == [1, 2, 1]
    for other in found[1:]:
        assert all(torch.equal(one, two) for one, two in zip(found[0], other, strict=True))
