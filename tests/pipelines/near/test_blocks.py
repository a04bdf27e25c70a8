"""What travels between shards is cut into blocks: all of it, each with one destination, and none too large."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipelines.near import estimates, shingles

PAIRS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 6)), min_size=1, max_size=40).map(sorted)


def cut(blocks, *columns) -> list[list[tuple]]:
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    return [rows[first:last] for first, last in blocks]


@given(PAIRS, st.integers(1, 4), st.integers(1, 9))
def test_sketches_travel_in_blocks_of_one_destination_with_few_sketches_and_pairs(pairs, most, most_pairs):
    to, b = np.array(pairs).T
    limits = estimates.BLOCK, estimates.MOST_PAIRS
    estimates.BLOCK, estimates.MOST_PAIRS = most, most_pairs
    try:
        found = cut(estimates._blocks(to, b), to, b)
    finally:
        estimates.BLOCK, estimates.MOST_PAIRS = limits
    assert [row for block in found for row in block] == pairs
    for block in found:
        assert len({place for place, _ in block}) == 1 and len(set(block)) <= most
        assert len(block) <= most_pairs or len(set(block)) == 1
    assert all(a[-1] != b[0] for a, b in pairwise(found))  # each sketch once a destination


@given(PAIRS, st.lists(st.integers(1, 5), min_size=7, max_size=7), st.integers(1, 12))
def test_sets_travel_in_blocks_of_one_destination_with_few_edges_and_shingles(edges, sizes, most):
    to, at = np.array(edges).T
    limit = shingles.BLOCK
    shingles.BLOCK = most
    try:
        found = cut(shingles._blocks(to, at, np.array(sizes)), to, at)
    finally:
        shingles.BLOCK = limit
    assert [row for block in found for row in block] == edges
    for block in found:
        assert len({place for place, _ in block}) == 1
        once = len(set(block)) == 1
        assert once or (len(block) <= most and sum(sizes[n] for _, n in set(block)) <= most)
