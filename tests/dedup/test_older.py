"""A corpus against older ones loses what one run over all of them would take from it, the older first."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from curate.dedup.near_duplicates import Settings, near_duplicates
from curate.dedup.older import NONE, Older, is_open, may_remove, settled, standing

WORDS = 60


@st.composite
def corpora(draw, most):
    """Up to 30 near copies of two texts: (texts, ids, order keys, corpus of each: 0 the newest, else the i-th)."""
    changes = st.sets(st.integers(0, 3))  # texts that differ by one are near, by two are not
    made = draw(st.lists(st.tuples(st.integers(0, 1), changes, st.integers(0, most)), min_size=1, max_size=30))
    texts = [_text(family, changed) for family, changed, _ in made]
    ids = np.array(draw(st.permutations(range(len(made))))) * 7 + 3
    keys = np.array([[draw(st.integers(0, 2))] for _ in made])
    return pa.array(texts), ids, keys, np.array([corpus for *_, corpus in made])


def _text(family: int, changed: Iterable[int]) -> str:
    """Words of which every fifth may be another: each change takes at most 5 of 56 shingles away."""
    words = [f"word{family}x{at}" for at in range(WORDS)]
    for slot in changed:
        words[slot * 5] = f"other{slot}"
    return " ".join(words)


def joint(texts, ids, keys, order, settings):
    """{removed: (keeper, similarity)} of one run over all, the lower `order` first."""
    return fates(near_duplicates(texts, ids, np.column_stack([order, keys]), settings))


def fates(removals):
    return {a: (b, s) for a, b, s in zip(*(column.tolist() for column in removals), strict=True)}


def of(found, ids):
    """The part of some fates that is about `ids`, as removals."""
    some = sorted(set(found) & set(ids.tolist()))
    keepers, values = [found[id][0] for id in some], [found[id][1] for id in some]
    return np.array(some, np.int64), np.array(keepers, np.int64), np.array(values)


@given(corpora(most=1))
def test_what_goes_is_what_goes_in_the_joint_run(drawn) -> None:
    texts, ids, keys, corpus = drawn
    whole = joint(texts, ids, keys, corpus == 0, Settings())
    past = corpus == 1
    alone = near_duplicates(texts.filter(pa.array(past)), ids[past], keys[past])
    own = near_duplicates(texts, ids, keys, older=Older(corpus, alone))
    assert {**fates(alone), **fates(own)} == whole
    assert set(own[0].tolist()) <= set(ids[~past].tolist())


@given(corpora(most=2))
def test_a_chain_of_corpora_is_the_joint_run_in_their_order(drawn) -> None:
    texts, ids, keys, corpus = drawn
    whole = joint(texts, ids, keys, np.where(corpus == 0, 3, corpus), Settings())
    found = {}
    for step in (1, 2, 0):
        seen = (corpus == step) | np.isin(corpus, {1: [], 2: [1], 0: [1, 2]}[step])
        before = Older(np.where(corpus == step, 0, corpus)[seen], of(found, ids))
        found |= fates(near_duplicates(texts.filter(pa.array(seen)), ids[seen], keys[seen], older=before))
    assert found == whole


@given(corpora(most=2), st.integers(2, 5), st.integers(1, 4))
def test_hot_bands_are_compared_as_if_what_went_had_never_been(drawn, hot_band, window) -> None:
    texts, ids, keys, corpus = drawn
    settings = replace(Settings(), hot_band=hot_band, window=window)
    alone = near_duplicates(texts.filter(pa.array(corpus > 0)), ids[corpus > 0], keys[corpus > 0], settings)
    went = np.isin(ids, alone[0])
    twins = np.isin(texts.to_pylist(), texts.filter(pa.array(went)).to_pylist()) & (corpus == 0)
    seen = ~(went | twins)
    found = fates(near_duplicates(texts, ids, keys, settings, Older(corpus, alone)))
    never = Older(corpus[seen], NONE)
    without = fates(near_duplicates(texts.filter(pa.array(seen)), ids[seen], keys[seen], settings, never))
    assert {id: fate for id, fate in found.items() if id not in ids[twins]} == without


@given(corpora(most=2))
def test_corpora_that_do_not_know_each_other_both_win(drawn) -> None:
    texts, ids, keys, corpus = drawn
    alone = [near_duplicates(texts.filter(pa.array(corpus == n)), ids[corpus == n], keys[corpus == n]) for n in (1, 2)]
    past = tuple(np.concatenate(columns) for columns in zip(*alone, strict=True))
    found = fates(near_duplicates(texts, ids, keys, older=Older(corpus, past)))
    stays = [id for id in ids.tolist() if id not in found and id not in past[0]]
    assert set(found) <= set(ids[corpus == 0].tolist()) and {keeper for keeper, _ in found.values()} <= set(stays)
    held = set(texts.filter(pa.array(np.isin(ids, stays) & (corpus > 0))).to_pylist())
    left = texts.filter(pa.array(np.isin(ids, stays) & (corpus == 0))).to_pylist()
    assert held.isdisjoint(left) and len(set(left)) == len(left)


def test_a_copy_of_what_went_goes_to_the_one_that_it_went_to() -> None:
    texts, ids = pa.array([_text(0, []), _text(0, [1]), _text(0, [1]), "something else"]), np.array([8, 9, 1, 2])
    older = Older(np.array([1, 1, 0, 0]), (np.array([9]), np.array([8]), np.array([0.8125])))
    assert fates(near_duplicates(texts, ids, older=older)) == {1: (8, 0.8125)}


def test_what_went_takes_nobody_along() -> None:
    texts, ids = pa.array([_text(0, [1]), _text(0, [])]), np.array([9, 1])
    unknown = (np.array([9]), np.array([1000]), np.array([0.8]))
    assert fates(near_duplicates(texts, ids, older=Older(np.array([1, 0]), NONE))) == {1: (9, 51 / 61)}
    assert fates(near_duplicates(texts, ids, older=Older(np.array([1, 0]), unknown))) == {}


def test_a_pair_is_open_while_one_end_is_our_own_and_what_went_removes_nobody() -> None:
    own, stayed, went = known = standing(np.array([0, 127, 1]), np.array([False, False, True]))
    assert stayed < went < own
    assert is_open(*np.array([(own, own), (own, stayed), (stayed, own), (stayed, stayed)]).T).tolist() == [True] * 3 + [
        False
    ]
    assert may_remove(known).tolist() == [True, True, False]


def test_whatever_the_order_of_removals_a_copy_finds_its_keeper() -> None:
    best = np.array([5, 7, 6, 9])
    keeper, similarity = settled(best, (np.array([9, 6]), np.array([1, 2]), np.array([0.9, 0.8])))
    assert keeper.tolist() == [5, 7, 2, 1] and similarity.tolist() == [1, 1, 0.8, 0.9]
    assert settled(best, NONE)[0].tolist() == best.tolist()
