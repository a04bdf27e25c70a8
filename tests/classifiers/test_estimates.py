"""Figures with intervals, and how they are said."""

import numpy as np

from classifiers import metrics
from classifiers.estimates import FEWEST, estimate, notes, of_all, spread, without


def auc_of(keys, unit="key"):
    y, scores = np.arange(60) % 2, np.arange(60) * 7 % 50
    return estimate(metrics.auc_by_weights(y, scores), np.arange(60) % keys, 1, unit=unit)


def test_an_interval_takes_ten_keys():
    few, enough = auc_of(FEWEST - 1), auc_of(FEWEST)
    assert (few["low"], few["high"], few["keys"]) == (None, None, 9) and few["value"] == enough["value"]
    assert enough["low"] < enough["value"] < enough["high"]
    assert spread(few) == f"{few['value']:.3f} (too few keys: 9)" and without(enough) is None
    assert without(auc_of(2, "document")) == "too few documents: 2"


def test_the_value_is_that_of_all_documents_and_the_interval_that_of_drawn_keys():
    y, scores, keys = np.arange(60) % 2, np.arange(60) * 7 % 50, np.arange(60) % 20
    found = estimate(metrics.auc_by_weights(y, scores), keys, 3)
    assert found["value"] == metrics.plain(metrics.auc(y, scores))
    low, high = metrics.interval(metrics.auc_by_weights(y, scores), keys, 3)
    assert (found["low"], found["high"]) == (metrics.plain(low), metrics.plain(high))


def test_no_error_seen_is_no_interval_of_nothing():
    assert spread({"value": 1.0, "low": 1.0, "high": 1.0, "keys": 10}) == "1.000 (no error seen)"
    assert spread({"value": 1.0, "low": None, "high": None, "keys": 2}) == "1.000 (too few keys: 2)"
    assert spread({"value": 0.5, "low": 0.5, "high": 0.5}) == "0.500 (no interval)"
    assert spread({"value": 0.5, "low": None, "high": None}) == "0.500 (no interval)"
    assert spread({"value": 0.5, "low": 0.25, "high": 0.75}) == "0.500 (0.250 to 0.750)"
    assert spread({"value": None, "low": None, "high": None}) == spread(None) == "–"


def test_few_keys_are_noted_and_how_labels_may_have_more():
    assert notes(300, 30) == of_all(30) == []
    assert notes(300, 29) == ["300 documents of 29 keys are few: mind the intervals."]
    assert notes(299, 30) == ["299 documents of 30 keys are few: mind the intervals."]
    assert of_all(29)[0].startswith("29 keys in all are few") and "JSONL may set `key` to the url" in of_all(29)[0]
