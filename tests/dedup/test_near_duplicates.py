from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from benchmarks.near_duplicates_quality import SETS, exact_copies, load, outcomes
from curate.dedup.near_duplicates import Settings, decide, near_duplicates

SEEDS = 20


@pytest.mark.parametrize("name", SETS)
def test_over_20_seeds_true_pairs_are_resolved_and_keepers_are_near(name: str, data) -> None:
    truth = load(data, name)
    found, pairs = outcomes(truth, Settings(), SEEDS), int((truth.stated >= 0.8).sum())
    assert sum(outcome.resolved for outcome in found) >= 0.98 * SEEDS * pairs
    assert min(outcome.resolved for outcome in found) >= 0.97 * pairs
    assert sum(outcome.wrong for outcome in found) <= 0.0005 * sum(outcome.removed for outcome in found)
    assert exact_copies(truth).resolved == (29 if name == "vendored_code" else 0)


def test_neither_order_nor_numbers_of_documents_change_who_is_kept(data) -> None:
    truth = load(data, "git_revisions")
    count = len(truth.texts)
    keys = np.array([[-len(text)] for text in truth.texts.to_pylist()])
    by = np.random.default_rng(0).permutation(count)
    plain = near_duplicates(truth.texts, np.arange(count) * 3 + 5, keys)
    mixed = near_duplicates(truth.texts.take(pa.array(by)), by * 3 + 5, keys[by])
    assert len(plain[0]) > 10
    assert [column.tolist() for column in plain] == [column.tolist() for column in mixed]


def test_copies_go_to_the_best_however_many_there_are_and_texts_without_words_stay() -> None:
    words = [f"word{number}" for number in range(60)]
    texts = [" ".join(words)] * 40 + [" ".join([*words, "more"])] * 3 + ["", "...", "", "unlike all others"]
    found = near_duplicates(pa.array(texts), np.arange(47) + 100, settings=replace(Settings(), hot_band=5, window=1))
    assert found[0].tolist() == list(range(101, 143))
    assert set(found[1].tolist()) == {100}
    assert set(found[2][:39].tolist()) == {1.0}
    assert (found[2][39:] >= 0.75).all() and (found[2][39:] < 1).all()


def test_nothing_in_nothing_out() -> None:
    assert [len(column) for column in near_duplicates(pa.array([], pa.string()), [])] == [0, 0, 0]
    assert [len(column) for column in near_duplicates(pa.array([None, "!"]), [1, 2])] == [0, 0, 0]


def test_only_estimates_near_the_threshold_are_in_doubt() -> None:
    near, unsure = decide(np.array([0.6, 0.7, 0.8, 0.9]), 0.75, 0.1)
    assert near.tolist() == [False, False, False, True]
    assert unsure.tolist() == [False, True, True, False]
