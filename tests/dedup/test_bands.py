import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.dedup.bands import band_hashes, candidates
from tests.oracles import near_duplicates as oracle

ROWS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), unique=True, max_size=40)


def found(rows: list[tuple[int, int]], window: int = 64, hot_band: int = 1000):
    keys, ids = (np.array([row[at] for row in rows], kind) for at, kind in ((0, np.uint64), (1, np.int64)))
    return candidates(keys, ids, ids.astype(np.uint64) * np.uint64(7) % np.uint64(5), window, hot_band)


@given(ROWS)
def test_all_that_share_a_key_are_paired_once(rows: list[tuple[int, int]]) -> None:
    pairs, hot = found(rows)
    assert [tuple(pair) for pair in pairs.tolist()] == oracle.banded_pairs(rows)
    assert hot == []


@given(ROWS, st.randoms(use_true_random=False), st.integers(1, 4), st.integers(1, 5))
def test_the_order_of_the_input_does_not_matter(rows, random, window: int, hot_band: int) -> None:
    shuffled = random.sample(rows, len(rows))
    (pairs, hot), (again, hot_again) = found(rows, window, hot_band), found(shuffled, window, hot_band)
    assert pairs.tolist() == again.tolist()
    assert hot == hot_again


def test_a_hot_band_is_compared_within_a_window_over_the_order_of_sketches_and_reported() -> None:
    ids = np.array([30, 10, 20, 40])
    pairs, hot = candidates(np.full(4, 9, np.uint64), ids, np.array([2, 1, 3, 4], np.uint64), window=1, hot_band=3)
    assert pairs.tolist() == [[10, 30], [20, 30], [20, 40]]
    assert hot == [(4, 9)]


def test_equal_bands_meet_only_at_the_same_place_and_in_the_same_class() -> None:
    sketch = np.array([[1, 2, 1, 2], [1, 2, 3, 4]], np.uint32)
    hashes, others = band_hashes(sketch, 2, 2, competition=0), band_hashes(sketch, 2, 2, competition=1)
    assert hashes[0, 0] == hashes[1, 0]
    assert len(set(np.concatenate([hashes, others]).ravel().tolist())) == 6


def test_sketches_of_another_size_are_refused() -> None:
    with pytest.raises(ValueError, match="4 values, 3 bands x 2 rows need 6"):
        band_hashes(np.zeros((1, 4), np.uint32), 3, 2)
