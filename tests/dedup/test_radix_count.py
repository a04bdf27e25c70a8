"""Counts against a dictionary, of hashes as they are and of numbers that no hash function would give."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.dedup.radix_count import radix_count

DRAWN = np.random.default_rng(3)
UNIFORM = DRAWN.integers(0, 1 << 64, 40_000, np.uint64)
RANGE = np.uint64(5 << 59) | UNIFORM >> np.uint64(5)  # one range of hashes, as a reducer has it
KINDS = {
    "uniform": UNIFORM,
    "of one range": RANGE,
    "repeated": RANGE[DRAWN.integers(0, 3000, 40_000)],
    "one": np.full(40_000, 7, np.uint64),
    "crowded": np.append(np.arange(1, 40_000, dtype=np.uint64), np.uint64(1 << 63)),
    "at both ends": np.append(DRAWN.integers(0, 9, 20_000).astype(np.uint64), ~np.arange(20_000, dtype=np.uint64)),
}


def plain(hashes: list[int]) -> list[tuple[int, int]]:
    return sorted(Counter(h for h in hashes if h).items())


@pytest.mark.parametrize("kind", KINDS)
def test_many_hashes_are_counted_exactly_and_in_order(kind):
    unique, counts = radix_count(KINDS[kind])
    assert list(zip(unique.tolist(), counts.tolist(), strict=True)) == plain(KINDS[kind].tolist())


@given(st.lists(st.one_of(st.integers(0, 3), st.integers(0, 2**64 - 1), st.integers(2**64 - 4, 2**64 - 1))))
def test_any_few_numbers_are_counted(hashes):
    given = np.array(hashes, np.uint64)
    given.flags.writeable = False
    unique, counts = radix_count(given)
    assert list(zip(unique.tolist(), counts.tolist(), strict=True)) == plain(hashes)
