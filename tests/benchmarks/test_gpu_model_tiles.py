"""Tiles counted by their rule are those of the mask itself."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.gpu_model_tiles import attended, by_keys, by_queries, drawn, makespan

lengths = st.lists(st.integers(1, 40), min_size=1, max_size=8)
sides = st.sampled_from([1, 2, 4, 8, 16])


def of(documents):
    starts = np.repeat(np.cumsum([0, *documents[:-1]]), documents)
    rows = np.arange(len(starts))
    return starts, (rows[None] >= starts[:, None]) & (rows[None] <= rows[:, None])


def by_mask(mask, rows, keys):
    """Visited where any pair is allowed, interior where all of a whole tile of keys are."""
    blocks = [
        [mask[a : a + rows, b : b + keys] for b in range(0, mask.shape[1], keys)] for a in range(0, len(mask), rows)
    ]
    whole = np.array([[block.all() and block.shape[1] == keys for block in line] for line in blocks])
    return whole, np.array([[block.any() for block in line] for line in blocks]) & ~whole


@given(lengths, sides, sides)
def test_tiles_are_visited_and_masked_as_the_mask_says(documents, rows, keys):
    starts, mask = of(documents)
    interior, masked = by_mask(mask, rows, keys)
    for found, axis in ((by_queries(starts, rows, keys), 1), (by_keys(starts, rows, keys), 0)):
        assert found.interior.tolist() == interior.sum(axis).tolist()
        assert found.masked.tolist() == masked.sum(axis).tolist()
        assert found.pairs == interior.size


@given(lengths)
def test_keys_attended_to_are_those_of_the_mask(documents):
    starts, mask = of(documents)
    assert attended(starts) == mask.sum()


def test_one_document_skips_almost_half_and_shares_add_up():
    found = by_queries(np.zeros(1024, np.int64), 128, 128)
    assert found.shares == {"skipped": 28 / 64, "interior": 28 / 64, "masked": 8 / 64}


@given(st.integers(1, 3000), st.floats(1, 500), st.integers(0, 99))
def test_drawn_documents_fill_the_row_and_begin_where_they_say(length, mean, seed):
    starts = drawn(length, mean, seed)
    assert len(starts) == length and starts[0] == 0
    assert all(at == here or at == before for before, at, here in zip(starts, starts[1:], range(1, length), strict=False))
    assert np.array_equal(starts, drawn(length, mean, seed))


def test_work_goes_to_the_server_that_is_free_first():
    assert makespan([5, 1, 1, 1, 1], 2) == 5
    assert makespan([1, 1, 1], 2) == 2
    assert makespan([3], 132) == 3
