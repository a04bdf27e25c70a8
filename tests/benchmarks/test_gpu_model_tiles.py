"""Tiles counted by their rule are those of the mask itself."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.gpu_model_tiles import attended, by_keys, by_queries, makespan

lengths = st.lists(st.integers(1, 40), min_size=1, max_size=8)
sides = st.sampled_from([1, 2, 4, 8, 16])


def of(documents):
    starts = np.repeat(np.cumsum([0, *documents[:-1]]), documents)
    rows = np.arange(len(starts))
    return starts, (rows[None] >= starts[:, None]) & (rows[None] <= rows[:, None])


def by_mask(blocks, shape):
    """How many blocks of the mask are whole and all allowed, and how many others allow anything."""
    whole = [block.all() and block.shape == shape for block in blocks]
    return sum(whole), sum(bool(block.any()) for block in blocks) - sum(whole)


@given(lengths, sides, sides)
def test_tiles_of_queries_visit_the_keys_that_the_mask_allows(documents, rows, keys):
    starts, mask = of(documents)
    found = by_queries(starts, rows, keys)
    for tile, at in enumerate(range(0, len(mask), rows)):
        many = len(mask[at : at + rows])
        blocks = [mask[at : at + rows, b : b + keys] for b in range(starts[at], len(mask), keys)]
        assert (found.interior[tile], found.masked[tile]) == by_mask(blocks, (many, keys))
        assert not mask[at : at + rows, : starts[at]].any()


@given(lengths, sides, sides)
def test_tiles_of_keys_visit_the_queries_that_the_mask_allows(documents, rows, keys):
    starts, mask = of(documents)
    found = by_keys(starts, rows, keys)
    for tile, at in enumerate(range(0, len(mask), keys)):
        blocks = [mask[b : b + rows, at : at + keys] for b in range(at, len(mask), rows)]
        assert (found.interior[tile], found.masked[tile]) == by_mask(blocks, (rows, keys))
        assert not mask[:at, at : at + keys].any()


@given(lengths)
def test_keys_attended_to_are_those_of_the_mask(documents):
    starts, mask = of(documents)
    assert attended(starts) == mask.sum()


def test_one_document_skips_almost_half_and_shares_add_up():
    found = by_queries(np.zeros(1024, np.int64), 128, 128)
    assert found.shares == {"skipped": 28 / 64, "interior": 28 / 64, "masked": 8 / 64}


def test_work_goes_to_the_server_that_is_free_first():
    assert makespan([5, 1, 1, 1, 1], 2) == 5
    assert makespan([1, 1, 1], 2) == 2
    assert makespan([3], 132) == 3
