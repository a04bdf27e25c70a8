"""The fused rotary positions in Triton's interpreter against their reference, both passes."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils.checkpoint import checkpoint

from tests.trainer.kernels.fused.interpreted import CPU, TYPES, agree, drawn
from trainer.kernels import choice
from trainer.kernels.fused import rope as fused
from trainer.kernels.rope import Rotary, _fused, reference, rope

LONGEST = 50


def tables(dim):
    """Of any dim, and no two positions' alike."""
    angles = torch.arange(LONGEST)[:, None] / torch.arange(1, dim // 2 + 1)[None]
    return angles.cos(), angles.sin()


def turned_by(function, positions, dim):
    return lambda q, k: function(q, k, positions, *(table.to(wide(q)) for table in tables(dim)))


def wide(x):
    return torch.float64 if x.dtype == torch.float64 else torch.float32


def drawn_positions(*shape, seed, dtype=torch.int64):
    return torch.randint(LONGEST, shape, generator=torch.Generator().manual_seed(seed)).to(dtype)


@settings(max_examples=25)
@given(
    st.integers(1, 2),
    st.integers(1, 12),
    st.integers(1, 3),
    st.integers(1, 8),
    st.integers(1, 20),
    st.sampled_from(TYPES),
    st.sampled_from((torch.int64, torch.int32)),
    st.integers(0, 99),
)
def test_both_passes_are_the_references(batch, length, kv_heads, group, half, dtype, counted, seed):
    q, along_q = (drawn(batch, length, kv_heads * group, 2 * half, seed=seed + at, dtype=dtype) for at in range(2))
    k, along_k = (drawn(batch, length, kv_heads, 2 * half, seed=seed + at, dtype=dtype) for at in range(2, 4))
    positions = drawn_positions(batch, length, seed=seed, dtype=counted)
    pair = (turned_by(function, positions, 2 * half) for function in (rope, reference))
    agree(*pair, (q, k), (along_q, along_k), name="rope")


def test_queries_and_keys_may_lie_in_one_tensor_and_in_any_order():
    """As of one product with all three matrices, and as attention's [B, H, S, D]."""
    both = drawn(2, 7, 6 * 16, seed=0).unflatten(-1, (6, 16))
    by_head = drawn(2, 4, 7, 16, seed=1).transpose(1, 2), drawn(2, 2, 7, 16, seed=2).transpose(1, 2)
    pair = [turned_by(function, drawn_positions(2, 7, seed=3), 16) for function in (rope, reference)]
    agree(*pair, (both[:, :, :4], both[:, :, 4:]), by_head, name="rope")
    agree(*pair, by_head, (both[:, :, :4], both[:, :, 4:]), name="rope")
    agree(
        *pair, tuple(x.flip(-1).transpose(-1, -2).contiguous().transpose(-1, -2) for x in by_head), by_head, name="rope"
    )


def test_few_rows_a_program_leave_none_out(monkeypatch):
    monkeypatch.setattr(fused, "DEFAULT", {"PAIRS": 8, "num_warps": 1})
    q, k = drawn(2, 5, 3, 8, seed=0), drawn(2, 5, 1, 8, seed=1)
    pair = (turned_by(function, drawn_positions(2, 5, seed=3), 8) for function in (rope, reference))
    agree(*pair, (q, k), (q, k), name="rope")


def test_positions_of_one_row_hold_for_all():
    q, k, (cos, sin) = drawn(3, 5, 2, 8, seed=0), drawn(3, 5, 1, 8, seed=1), tables(8)
    positions = drawn_positions(1, 5, seed=3)
    with choice.chosen("triton", CPU):
        got = rope(q, k, positions, cos, sin)
    torch.testing.assert_close(got, reference(q, k, positions, cos, sin))


def test_torch_compile_and_its_checks_accept_it():
    q, k = drawn(2, 5, 4, 8, seed=0).requires_grad_(), drawn(2, 5, 2, 8, seed=1).requires_grad_()
    rest = drawn_positions(2, 5, seed=3), *tables(8)
    torch.library.opcheck(_fused, (q, k, *rest, False))

    def both(function):
        out_q, out_k = function(q, k, *rest)
        return torch.autograd.grad(out_q.square().sum() + out_k.sum(), (q, k))

    with choice.chosen("triton", CPU):
        compiled = both(torch.compile(rope, fullgraph=True, backend="aot_eager"))
        for one, other in zip(compiled, both(rope), strict=True):
            assert torch.equal(one, other)


def test_checkpointed_they_have_the_same_gradients_and_otherwise_keep_neither_queries_nor_keys():
    q, k = drawn(2, 5, 4, 8, seed=0).requires_grad_(), drawn(2, 5, 2, 8, seed=1).requires_grad_()
    rest, module, kept = (drawn_positions(2, 5, seed=3), *tables(8)), Rotary(), []

    def gradients(call):
        return torch.autograd.grad(call(module, q * 1, k * 1, *rest), (q, k), (q.detach(), k.detach()))

    with choice.chosen("triton", CPU):
        with torch.autograd.graph.saved_tensors_hooks(lambda t: kept.append(t.shape) or t, lambda t: t):
            module(q, k, *rest)
        assert set(kept) == {rest[0].shape, rest[1].shape}
        plain = gradients(lambda function, *inputs: function(*inputs))
        again = gradients(lambda *of: checkpoint(*of, use_reentrant=False))
    for one, other in zip(plain, again, strict=True):
        assert torch.equal(one, other)
