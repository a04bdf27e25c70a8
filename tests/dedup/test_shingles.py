from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.near_duplicates_quality import SETS, load
from curate.dedup.shingles import jaccard, shingle_sets, shingles, unique_sets
from tests.oracles import near_duplicates as oracle

WORDS = st.lists(st.sampled_from(["a", "B", "ä", "x1", "Ünï", "日本", ". ", "—"]), max_size=30).map(" ".join)


@given(st.lists(WORDS, min_size=1, max_size=6), st.integers(1, 7))
def test_similarity_is_that_of_sets_of_word_ngrams(texts: list[str], ngram: int) -> None:
    hashes, offsets = shingle_sets(pa.array(["head", *texts]).slice(1), ngram)
    sets = [oracle.shingle_set(text, ngram) for text in texts]
    a, b = (grid.ravel() for grid in np.indices((len(texts), len(texts))))
    expected = [oracle.jaccard(sets[i], sets[j]) for i, j in zip(a, b, strict=True)]
    assert np.diff(offsets).tolist() == [len(s) for s in sets]
    assert jaccard(hashes, offsets, a, b).tolist() == pytest.approx(expected, abs=0)


@given(st.lists(st.integers(0, 3), max_size=40), st.integers(1, 9))
def test_equal_runs_of_words_have_equal_shingles_wherever_they_stand(words: list[int], ngram: int) -> None:
    hashes, offsets = shingles(np.array(words, np.uint64), np.array([0, len(words)]), ngram)
    runs = [tuple(words[at : at + ngram]) for at in range(len(words) - ngram + 1)] or ([tuple(words)] if words else [])
    assert offsets[-1] == len(runs)
    assert [runs.index(run) for run in runs] == [hashes.tolist().index(h) for h in hashes.tolist()]


@given(st.lists(st.lists(st.integers(0, 2**64 - 1)), min_size=1, max_size=5))
def test_sets_are_sorted_and_without_repeats_and_their_source_is_untouched(lists: list[list[int]]) -> None:
    flat = np.array([h for hashes in lists for h in hashes], np.uint64)
    flat.flags.writeable = False
    sets, offsets = unique_sets(flat, np.cumsum([0, *map(len, lists)]))
    found = [sets[i:j].tolist() for i, j in pairwise(offsets)]
    assert found == [sorted(set(hashes)) for hashes in lists]


@pytest.mark.parametrize("name", SETS)
def test_ground_truth_similarities_are_reproduced(name: str, data) -> None:
    truth = load(data, name)
    found = truth.exact(truth.a, truth.b)
    assert np.abs(found - truth.stated).max() <= 5.0001e-5  # stated to four digits
