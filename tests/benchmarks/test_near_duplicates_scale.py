"""Planted near duplicates through the real phase: by day thousands, nightly 20 million (17 CPU minutes, 40 GB)."""

import tempfile
from pathlib import Path

import numpy as np
import pytest

from benchmarks import near_duplicates_lsh, near_duplicates_scale, planted
from curate.dedup.shingles import jaccard, shingle_sets
from pipelines.near import layout


def test_planted_similarity_is_that_of_the_texts(tmp_path):
    truth = planted.write(tmp_path, 1_000, 40)
    context = planted.context_of(tmp_path)
    largest = np.flatnonzero(truth.cluster == 0)
    text = layout.texts(context, 0, truth.ids[largest])["text"].combine_chunks()
    a, b = np.triu_indices(len(largest), 1)
    expected = near_duplicates_scale.jaccard_of(truth.masks[largest[a]], truth.masks[largest[b]])
    assert jaccard(*shingle_sets(text, 1), a, b).tolist() == expected.tolist()
    assert expected.min() < 0.6 and expected.max() == 1


def test_planted_pairs_are_resolved_and_keepers_are_near_also_in_hot_bands(tmp_path):
    _holds(near_duplicates_scale.measure(tmp_path, 8_000, 1_000, hot_band=50, window=16), hot=True)


@pytest.mark.parametrize(
    ("documents", "largest"), [(4_000, 150), pytest.param(1_000_000, 1_000, marks=pytest.mark.nightly)]
)
def test_candidates_are_those_of_datasketch_where_no_band_is_hot(documents, largest, tmp_path):
    ours, theirs = near_duplicates_lsh.compare(tmp_path, documents, largest)
    assert len(theirs) > documents // 2 and np.array_equal(ours, theirs)


@pytest.mark.nightly
def test_twenty_million_sketches_are_resolved_in_eight_gigabytes():
    with tempfile.TemporaryDirectory() as folder:  # pytest would keep three of these
        found = near_duplicates_scale.measure(Path(folder), 20_000_000, 100_000)
    _holds(found, hot=True)
    assert found["peak_bytes"] <= 8e9


def _holds(found: dict, hot: bool) -> None:
    assert found["pairs_high"] > 1_000 and found["removals"] > 1_000
    assert found["pairs_both_kept"] <= 0.001 * found["pairs_high"]
    assert found["removals_low"] <= 0.001 * found["removals"]
    assert (found["report"]["hot_band_count"] > 0) == hot
