"""Rows of documents of a given mean length, and what is counted of them, against counting by hand."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import gpu_documents


@given(st.integers(1, 3), st.integers(1, 200), st.none() | st.integers(1, 90), st.integers(0, 9))
def test_documents_follow_one_another_and_are_counted_as_by_hand(rows, length, mean, seed):
    starts = gpu_documents.starts(rows, length, mean, seed)
    assert starts.shape == (rows, length) and starts.dtype == torch.int32
    pairs, bounds = 0, []
    for row, listed in enumerate(starts.tolist()):
        number = -1
        for at, start in enumerate(listed):
            assert start == at or (start == listed[at - 1] and start < at)
            pairs += at - start + 1
            bounds += [row * length + at] if start == at else []
            number += start == at
            assert gpu_documents.ids(starts)[row, at] == number
    assert gpu_documents.attended(starts) == pairs
    assert gpu_documents.bounds(starts).tolist() == [*bounds, rows * length]


def test_the_mean_is_the_one_asked_for_and_each_run_has_the_same_rows():
    one, other = (gpu_documents.starts(200, 8192, 300) for _ in range(2))
    assert torch.equal(one, other)
    ends = gpu_documents.bounds(one).numpy()
    assert 270 < np.diff(ends).mean() < 330


def test_without_a_mean_a_row_is_one_document():
    assert not gpu_documents.starts(2, 50, None).any()
