import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.dedup.bands import band_hashes, candidates, of_one_hot_band, pair_counts, sketch_order
from tests.oracles import near_duplicates as oracle

ROWS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), unique=True, max_size=40)


def found(rows: list[tuple[int, int]], window: int = 64, hot_band: int = 1000):
    keys, ids = (np.array([row[at] for row in rows], kind) for at, kind in ((0, np.uint64), (1, np.int64)))
    order, policy = ids.astype(np.uint64) * np.uint64(7) % np.uint64(5), (ids % 3)[:, None]
    return candidates(keys, ids, order, policy, window, hot_band)


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


@given(ROWS, st.integers(1, 7), st.integers(1, 5))
def test_pairs_of_hot_bands_are_some_of_all_and_no_more_than_counted(rows, window: int, hot_band: int) -> None:
    pairs, _ = found(rows, window, hot_band)
    assert {tuple(pair) for pair in pairs.tolist()} <= set(oracle.banded_pairs(rows))
    sizes = np.bincount([key for key, _ in rows], minlength=6)
    assert len(pairs) <= pair_counts(sizes, window, hot_band).sum()


def test_a_hot_band_is_compared_with_its_best_and_with_neighbours_among_sketches_and_reported() -> None:
    ids = np.array([30, 10, 20, 40])
    order, policy = np.array([2, 1, 3, 4], np.uint64), np.array([[3], [2], [1], [0]])
    pairs, hot = candidates(np.full(4, 9, np.uint64), ids, order, policy, window=2, hot_band=3)
    with_best, neighbours = {(10, 40), (20, 40), (30, 40)}, {(10, 30), (20, 30), (20, 40)}
    assert pairs.tolist() == [list(pair) for pair in sorted(with_best | neighbours)]
    assert hot == [(4, 9)]


@given(st.lists(st.integers(0, 99), unique=True, min_size=2), st.integers(1, 9), st.integers(1, 50))
def test_a_hot_band_in_pieces_has_the_same_pairs(ids: list[int], window: int, most: int) -> None:
    ids = np.array(ids, np.int64)
    order, policy = (ids * 7 % 5).astype(np.uint64), (ids % 3)[:, None]
    pairs, _ = candidates(np.zeros(len(ids), np.uint64), ids, order, policy, window, 1)
    pieces = list(of_one_hot_band(ids, order, policy, window, most))
    assert {tuple(p) for piece in pieces for p in piece.tolist()} == {tuple(p) for p in pairs.tolist()}
    assert all(len(piece) <= max(most, len(ids)) for piece in pieces)


def test_the_order_among_sketches_is_by_values_outside_the_band() -> None:
    sketch = np.array([[1, 2, 3, 4, 5, 6]], np.uint32)
    assert [divmod(int(sketch_order(sketch, 2, band)[0]), 1 << 32) for band in range(3)] == [(3, 5), (5, 1), (1, 3)]


def test_equal_bands_meet_only_at_the_same_place_and_in_the_same_class() -> None:
    sketch = np.array([[1, 2, 1, 2], [1, 2, 3, 4]], np.uint32)
    hashes, others = band_hashes(sketch, 2, 2, competition=0), band_hashes(sketch, 2, 2, competition=1)
    assert hashes[0, 0] == hashes[1, 0]
    assert len(set(np.concatenate([hashes, others]).ravel().tolist())) == 6


def test_sketches_of_another_size_are_refused() -> None:
    with pytest.raises(ValueError, match="4 values, 3 bands x 2 rows need 6"):
        band_hashes(np.zeros((1, 4), np.uint32), 3, 2)
