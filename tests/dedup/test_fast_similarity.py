import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from curate.dedup.fast_similarity import MOST, fast_similarity
from curate.dedup.sketches import similarity, sketch_texts, sketches
from tests.oracles.fast_similarity import sketch

SETS = st.lists(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=40), min_size=1, max_size=4)


@given(SETS, st.sampled_from([1, 2, 7, 24]), st.integers(0, 2**32 - 1))
@example([[5]], 24, 0)
@example([list(range(500))], 24, 1)
def test_sketches_are_those_of_the_paper(sets: list[list[int]], values: int, seed: int) -> None:
    elements = np.array([e for s in sets for e in [*s, s[0]]], np.uint64)
    elements.flags.writeable = False
    found = fast_similarity(elements, np.cumsum([0, *(len(s) + 1 for s in sets)]), values, seed)
    assert found.tolist() == [sketch(set(s), values, seed) for s in sets]


def simulated(union: int, jaccard: float, pairs: int) -> tuple[np.ndarray, np.ndarray, float]:
    """(elements, offsets) of two sets of hashes a pair, with the same index in each pair; the index."""
    common = round(union * jaccard)
    own = (union - common) // 2
    drawn = np.random.default_rng(union).integers(0, 2**64, (pairs, common + 2 * own), np.uint64)
    both = np.concatenate([drawn[:, : common + own], drawn[:, :common], drawn[:, common + own :]], axis=1)
    return both.ravel(), np.arange(2 * pairs + 1) * (common + own), common / (common + 2 * own)


@pytest.mark.parametrize(("union", "jaccard"), [(30, 0.5), (150, 0.75), (1000, 0.9), (1000, 0.3), (112, 0.98)])
def test_the_share_of_equal_values_estimates_similarity_without_bias_and_as_well_as_minhash(union, jaccard) -> None:
    elements, offsets, truth = simulated(union, jaccard, pairs=4000)
    errors = [
        similarity(made[0::2], made[1::2]) - truth
        for made in (fast_similarity(elements, offsets, 112, 1), sketches(elements.astype(np.uint32), offsets, 112, 1))
    ]
    fast, minhash = (np.sqrt((each**2).mean()) for each in errors)
    assert abs(errors[0].mean()) < 4 * fast / np.sqrt(len(errors[0]))
    assert fast < minhash


@given(st.permutations(range(12)), st.lists(st.integers(0, 11), max_size=5))
def test_neither_order_nor_repeats_of_elements_matter(order: list[int], again: list[int]) -> None:
    elements = np.random.default_rng(0).integers(0, 2**64, 12, np.uint64)
    found = [fast_similarity(e, np.array([0, len(e)]), 16, 3) for e in (elements, elements[[*order, *again]])]
    assert np.array_equal(*found)


def test_a_text_without_words_has_no_sketch_and_another_seed_is_another_sketch() -> None:
    texts = pa.array(["one two", "", " — \n", None, "x"])
    found, known = sketch_texts(texts, 5, 112, 1, "fast_similarity")
    assert found.shape == (5, 112) and known.tolist() == [True, False, False, False, True]
    other, _ = sketch_texts(texts, 5, 112, 2, "fast_similarity")
    assert not (found[0] == other[0]).any() and len(set(found[0].tolist())) == 112


def test_more_values_than_rounds_can_number_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 8,388,608"):
        fast_similarity(np.zeros(1, np.uint64), np.array([0, 1]), MOST + 1, 1)
