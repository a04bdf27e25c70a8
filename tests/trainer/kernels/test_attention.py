"""Attention against one loop a head, query and key: documents, padding, grouped heads, a part of the queries."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from trainer.kernels import choice
from trainer.kernels.attention import attention, by_documents, reference

torch.set_num_threads(1)


def by_loops(q, k, v, starts, first_row):
    batch, queries, heads, width = q.shape
    group = heads // k.shape[2]
    out = torch.zeros_like(q)
    for b in range(batch):
        for i in range(queries):
            keys = range(int(starts[b, i]), first_row + i + 1)
            for h in range(heads):
                scores = [math.exp(float(q[b, i, h] @ k[b, j, h // group]) / math.sqrt(width)) for j in keys]
                for score, j in zip(scores, keys, strict=True):
                    out[b, i, h] += score / sum(scores) * v[b, j, h // group]
    return out


def drawn(*shape, seed=0):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def starts_of(lengths, padding=0):
    """The row at which the document of each row begins; a row of padding is one of its own."""
    at, found = 0, []
    for length in lengths:
        found += [at] * length
        at += length
    return found + list(range(at, at + padding))


rows = st.tuples(st.lists(st.integers(1, 5), min_size=1, max_size=4), st.integers(0, 3))


@given(rows, st.sampled_from([(1, 1), (2, 1), (4, 2), (8, 1), (3, 3)]), st.integers(0, 99))
def test_each_row_sees_its_own_document_up_to_itself(row, heads, seed):
    starts = torch.tensor([starts_of(*row)], dtype=torch.int32)
    length = starts.shape[1]
    q = drawn(1, length, heads[0], 4, seed=seed)
    k, v = drawn(2, 1, length, heads[1], 4, seed=seed + 1)
    torch.testing.assert_close(reference(q, k, v, starts), by_loops(q, k, v, starts, 0))


@given(rows, rows, st.sampled_from([(1, 1), (4, 2), (8, 1)]), st.integers(0, 99))
def test_one_document_after_the_other_gives_the_same_and_the_same_gradients(one, other, heads, seed):
    both = [starts_of(*row) for row in (one, other)]
    length = max(map(len, both))
    starts = torch.tensor([[*row, *range(len(row), length)] for row in both], dtype=torch.int32)
    q = drawn(2, length, heads[0], 4, seed=seed).requires_grad_()
    k, v = (drawn(2, length, heads[1], 4, seed=seed + at).requires_grad_() for at in (1, 2))
    along = drawn(2, length, heads[0], 4, seed=seed + 3)
    expected = reference(q, k, v, starts)
    torch.testing.assert_close(by_documents(q, k, v, starts), expected)
    wanted = torch.autograd.grad(expected, (q, k, v), along)
    # Where every document has one token, neither queries nor keys matter.
    given_ = torch.autograd.grad(by_documents(q, k, v, starts), (q, k, v), along, materialize_grads=True)
    torch.testing.assert_close(given_, wanted)


@given(rows, st.data())
def test_a_part_of_the_queries_gives_that_part_of_the_whole(row, choose):
    """As a rank of context parallelism has it: some rows, and the keys of all."""
    starts = torch.tensor([starts_of(*row)], dtype=torch.int32)
    length = starts.shape[1]
    first = choose.draw(st.integers(0, length - 1))
    last = choose.draw(st.integers(first + 1, length))
    q, k, v = drawn(3, 1, length, 2, 4)
    part = reference(q[:, first:last], k, v, starts[:, first:last], first)
    torch.testing.assert_close(part, reference(q, k, v, starts)[:, first:last])
    torch.testing.assert_close(part, by_loops(q[:, first:last], k, v, starts[:, first:last], first))


def test_a_document_of_one_token_and_padding_give_their_own_value():
    starts = torch.tensor([starts_of([1, 3, 1], padding=2)], dtype=torch.int32)
    q, k, v = drawn(3, 1, 7, 2, 4)
    out = reference(q, k, v, starts)
    for alone in (0, 4, 5, 6):
        torch.testing.assert_close(out[:, alone], v[:, alone])
    assert not torch.allclose(out[:, 2], v[:, 2])


def test_a_document_that_fills_the_row_is_plain_causal_attention():
    q, k, v = drawn(3, 2, 9, 2, 4)
    starts = torch.zeros(2, 9, dtype=torch.int32)
    causal = torch.nn.functional.scaled_dot_product_attention(*(x.transpose(1, 2) for x in (q, k, v)), is_causal=True)
    torch.testing.assert_close(reference(q, k, v, starts), causal.transpose(1, 2))


@pytest.mark.parametrize("kv_heads", [1, 2, 4, 8])
def test_eight_heads_share_keys_as_if_each_key_stood_there_for_every_head(kv_heads):
    q, k, v = drawn(1, 6, 8, 4), drawn(1, 6, kv_heads, 4, seed=1), drawn(1, 6, kv_heads, 4, seed=2)
    starts = torch.tensor([starts_of([2, 4])], dtype=torch.int32)
    repeated = (x.repeat_interleave(8 // kv_heads, dim=2) for x in (k, v))
    torch.testing.assert_close(reference(q, k, v, starts), reference(q, *repeated, starts))


def test_no_gradient_crosses_a_document():
    q, k, v = (x.requires_grad_() for x in drawn(3, 1, 6, 2, 4))
    starts = torch.tensor([starts_of([2, 4])], dtype=torch.int32)
    reference(q, k, v, starts)[:, 2:].sum().backward()
    assert not k.grad[:, :2].any() and not v.grad[:, :2].any() and v.grad[:, 2:].all()


def test_gradients_are_those_of_differences():
    q = drawn(1, 5, 4, 2).requires_grad_()
    k, v = (x.requires_grad_() for x in drawn(2, 1, 5, 2, 2, seed=1))
    starts = torch.tensor([starts_of([3, 1], padding=1)], dtype=torch.int32)
    assert torch.autograd.gradcheck(lambda *x: reference(*x, starts), (q, k, v))


@pytest.mark.parametrize("dynamic", [False, True])
@pytest.mark.parametrize("kv_heads", [2, 4])
def test_torch_compile_takes_attention_on_a_cpu_as_one_graph(kv_heads, dynamic):
    q, k, v = (drawn(1, 6, heads, 4, seed=heads) for heads in (4, kv_heads, kv_heads))
    starts = torch.tensor([starts_of([2, 4])], dtype=torch.int32)
    torch._dynamo.reset()
    with choice.chosen("auto", q.device):
        compiled = torch.compile(attention, fullgraph=True, backend="aot_eager", dynamic=dynamic)
        torch.testing.assert_close(compiled(q, k, v, starts), reference(q, k, v, starts))
