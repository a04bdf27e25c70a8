"""The gradients of fused attention in Triton's interpreter against those of the reference in fp64."""

import math
from contextlib import ExitStack
from itertools import accumulate
from unittest import mock

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.trainer.kernels.fused.interpreted import TYPES, drawn
from trainer.kernels.attention import reference
from trainer.kernels.fused import attention_backward, attention_backward_queries
from trainer.kernels.fused.attention_backward import backward

NEAR = {torch.float32: {"rtol": 2e-5, "atol": 2e-5}, torch.float16: {"rtol": 4e-3, "atol": 1e-2}}
LENGTHS = st.lists(st.sampled_from((1, 1, 2, 5, 16, 17, 40)), min_size=1, max_size=4)


def begun(*lengths):
    """Of each row of documents of these lengths where its document starts, int32 [1, sum]."""
    starts = [at - length for length, at in zip(lengths, accumulate(lengths), strict=True) for _ in range(length)]
    return torch.tensor([starts], dtype=torch.int32)


def forwarded(q, k, v, starts, first_row):
    """What the forward pass gives, in fp64."""
    group = q.shape[2] // k.shape[2]
    k, v = (x.repeat_interleave(group, 2) for x in (k, v))
    score = torch.einsum("bqhd,bshd->bhqs", q, k) / math.sqrt(q.shape[3])
    row = torch.arange(q.shape[1])[:, None] + first_row
    key = torch.arange(k.shape[1])
    score.masked_fill_(~((key >= starts[:, None, :, None]) & (key <= row)), -math.inf)
    return torch.einsum("bhqs,bshd->bqhd", score.softmax(-1), v), score.logsumexp(-1) / math.log(2)


def wanted(grad, q, k, v, starts, first_row=0):
    q, k, v = (x.detach().double().requires_grad_() for x in (q, k, v))
    return torch.autograd.grad(reference(q, k, v, starts, first_row), (q, k, v), grad.double())


def given_back(grad, q, k, v, starts, first_row=0, queries=(16, 16), keys=(16, 16)):
    """`backward` at tiles of (queries, keys) for either kernel, after a forward pass in fp64."""
    out, lse = forwarded(*(x.double().nan_to_num() for x in (q, k, v)), starts, first_row)
    with ExitStack() as patched:
        for module, (rows, columns) in ((attention_backward_queries, queries), (attention_backward, keys)):
            tiles = {"BM": rows, "BN": columns}
            patched.enter_context(mock.patch.dict(module.DEFAULT, {64: tiles}))
            patched.enter_context(mock.patch.object(module, "EXACT", tiles))
        return backward(grad, q, k, v, out.to(q.dtype), lse.float(), starts, first_row)


def agree(got, want):
    for one, other in zip(got, want, strict=True):
        assert one.is_contiguous()
        torch.testing.assert_close(one.double(), other, **NEAR[one.dtype])


@given(
    documents=st.lists(LENGTHS, min_size=1, max_size=2),
    group=st.integers(1, 8),
    kvs=st.integers(1, 2),
    before=st.integers(0, 20),
    after=st.sampled_from((0, 0, 3, 20)),
    queries=st.sampled_from(((16, 16), (32, 16), (16, 32))),
    keys=st.sampled_from(((16, 16), (32, 16), (16, 32))),
    dtype=st.sampled_from(TYPES),
    seed=st.integers(0, 99),
)
def test_gradients_are_the_references(documents, group, kvs, before, after, queries, keys, dtype, seed):
    length = min(sum(lengths) for lengths in documents)
    first_row = min(before, length - 1)
    starts = torch.cat([begun(*lengths)[:, first_row:length] for lengths in documents])
    batch, rows = len(documents), length + after
    q = drawn(batch, length - first_row, kvs * group, 16, seed=seed, dtype=dtype)
    k, v = (drawn(batch, rows, kvs, 16, seed=seed + at, dtype=dtype) for at in (1, 2))
    grad = drawn(*q.shape, seed=seed + 3, dtype=dtype)
    got = given_back(grad, q, k, v, starts, first_row, queries, keys)
    agree(got, wanted(grad, q, k, v, starts, first_row))


@pytest.mark.parametrize("group", [1, 3, 8])
def test_one_document_fills_the_row_and_no_tile_divides_it(group):
    q, k, v, grad = (drawn(1, 75, heads, 32, seed=at) for at, heads in enumerate((group, 1, 1, group)))
    starts = begun(75)
    agree(given_back(grad, q, k, v, starts, keys=(16, 32)), wanted(grad, q, k, v, starts))


def test_a_document_of_one_token_passes_the_gradient_to_its_value_alone():
    q, k, v, grad = (drawn(1, 37, heads, 16, seed=at) for at, heads in enumerate((2, 1, 1, 2)))
    dq, dk, dv = given_back(grad, q, k, v, begun(*[1] * 37))
    torch.testing.assert_close(dv, grad.sum(2, keepdim=True))
    torch.testing.assert_close((dq, dk), (torch.zeros_like(q), torch.zeros_like(k)), rtol=0, atol=1e-5)


def test_keys_that_no_query_sees_get_no_gradient():
    """A rank of context parallelism holds rows 40 to 60 of 90: of two documents the first ended before, at 25."""
    q, grad = (drawn(1, 20, 4, 16, seed=at) for at in range(2))
    k, v = (drawn(1, 90, 2, 16, seed=at) for at in (2, 3))
    starts = begun(25, 65)[:, 40:60]
    dq, dk, dv = given_back(grad, q, k, v, starts, 40)
    agree((dq, dk, dv), wanted(grad, q, k, v, starts, 40))
    for x in (dk, dv):
        assert not x[:, :25].any() and not x[:, 60:].any() and x[:, 25:60].all()


def test_tiles_outside_a_document_are_not_read():
    """Documents before and after hold no numbers: what read them anywhere would hold none either."""
    inside = slice(48, 80)
    whole = [drawn(1, 128, heads, 16, seed=at) for at, heads in enumerate((2, 2, 2, 2))]
    starts = begun(48, 32, 48)
    want = wanted(*(x[:, inside] for x in whole), starts[:, inside] - 48)
    for x in whole:
        x[:, :48] = x[:, 80:] = math.nan
    got = given_back(*whole, starts)
    agree([x[:, inside].contiguous() for x in got], want)


def test_tensors_are_taken_as_they_lie():
    """Parts of wider tensors, queries with heads first, a gradient that is the same at every place."""
    k = drawn(2, 40, 64, seed=0)[:, :, 32:].unflatten(2, (2, 16))
    v = drawn(2, 40, 2, 32, seed=1)[..., :16]
    q = drawn(2, 4, 40, 16, seed=2).transpose(1, 2)
    grad = torch.ones(1).expand(2, 40, 4, 16)
    starts = torch.cat([begun(40), begun(7, 33)])
    agree(given_back(grad, q, k, v, starts), wanted(grad, q, k, v, starts))


def test_without_queries_keys_get_zeros():
    q, k = torch.empty(1, 0, 4, 16), torch.ones(1, 8, 2, 16)
    lse, starts = torch.empty(1, 4, 0), torch.empty(1, 0, dtype=torch.int32)
    dq, dk, dv = backward(q, q, k, k, q, lse, starts, 8)
    assert dq.shape == q.shape and not dk.any() and not dv.any()
