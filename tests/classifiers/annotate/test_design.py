import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.annotate import design

UIDS = np.arange(1000, 1060, dtype=np.uint64)
KEYS = np.array([0] * 25 + [1] * 3 + [2] * 12 + list(range(3, 23)), np.uint64)  # a large host, a few, twenty of one
STRATA = np.array([n % 7 // 3 for n in range(60)])  # of 27, 25 and 8 documents, across hosts
VALUES = np.array([(n * 37) % 11 + 20 * (k == 0) for n, k in enumerate(KEYS)], float)


def drawn(seed: int, most: int = 45, per_key: int = 4, documents: int = 9) -> tuple[np.ndarray, np.ndarray]:
    """The three phases, as `sample` joins them."""
    pool = design.least(UIDS, seed, most)
    uids = UIDS[pool]
    index, weights = design.capped(uids, KEYS[pool], per_key, documents, seed)
    strata = STRATA[pool][index]
    takes = design.allocate(np.bincount(strata, minlength=3), documents, 0.5)
    chosen, factors = design.stratified(uids[index], strata, takes, seed)
    return pool[index[chosen]], weights[chosen] * factors * (len(UIDS) / len(pool))


def test_weighted_sums_are_unbiased_over_seeds():
    sums = np.array([[w @ VALUES[i], w.sum(), w @ (STRATA[i] == 2)] for i, w in (drawn(s) for s in range(1500))])
    truth = np.array([VALUES.sum(), 60, (STRATA == 2).sum()])
    error = sums.std(axis=0) / np.sqrt(len(sums))
    assert (error < 0.05 * truth).all()
    assert (abs(sums.mean(axis=0) - truth) < 4 * error).all()


def test_unweighted_sums_would_be_far_off_so_the_weights_matter():
    means = [VALUES[i].mean() for i, _ in (drawn(seed) for seed in range(300))]
    assert abs(np.mean(means) - VALUES.mean()) > 10 * np.std(means) / np.sqrt(300)


def test_order_of_the_documents_decides_nothing():
    shuffled = np.random.default_rng(0).permutation(len(UIDS))
    for seed in range(5):
        there, _ = design.capped(UIDS, KEYS, 2, 0, seed)
        back, _ = design.capped(UIDS[shuffled], KEYS[shuffled], 2, 0, seed)
        assert set(UIDS[there]) == set(UIDS[shuffled][back])
        assert set(UIDS[design.least(UIDS, seed, 10)]) == set(UIDS[shuffled][design.least(UIDS[shuffled], seed, 10)])


@given(
    st.lists(st.integers(0, 40), min_size=1, max_size=12),
    st.integers(1, 60),
    st.sampled_from([0.0, 0.3, 0.5, 1.0]),
)
def test_every_stratum_is_drawn_from_and_all_documents_asked_for_are_drawn(sizes, documents, evenness):
    sizes = np.array(sizes)
    wanted = min(documents, sizes.sum())
    if (sizes > 0).sum() > wanted:
        with pytest.raises(ValueError, match="merge some"):
            design.allocate(sizes, documents, evenness)
        return
    takes = design.allocate(sizes, documents, evenness)
    assert takes.sum() == wanted
    assert (takes <= sizes).all()
    assert (takes[sizes > 0] >= 1).all()
    for a, b in itertools.permutations(range(len(sizes)), 2):
        if sizes[a] >= sizes[b]:
            assert takes[a] >= takes[b] - 1


@pytest.mark.parametrize(
    ("sizes", "evenness", "takes"),
    [
        ([9000, 900, 100], 0.0, [90, 9, 1]),  # as the corpus is
        ([9000, 900, 100], 0.5, [70, 22, 8]),  # by square roots
        ([9000, 900, 10], 1.0, [45, 45, 10]),  # all alike, as far as there are any
    ],
)
def test_evenness_leads_from_the_shares_of_the_corpus_to_equal_ones(sizes, evenness, takes):
    assert abs(design.allocate(np.array(sizes), 100, evenness) - takes).max() <= 1


@given(st.lists(st.integers(1, 30), min_size=1, max_size=10), st.integers(1, 12), st.integers(0, 200))
def test_the_cap_is_the_least_that_leaves_enough(sizes, per_key, documents):
    cap = design.enough(np.array(sizes), per_key, documents)
    reached = [c for c in range(per_key, max(sizes) + 1) if sum(min(size, c) for size in sizes) >= documents]
    assert cap == (reached[0] if reached else max(per_key, max(sizes)))
