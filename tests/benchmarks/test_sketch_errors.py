"""The error of sketches: known for MinHash, smaller for fast similarity sketches, and the same whenever measured."""

import json
import math

import numpy as np
import pytest

from benchmarks import sketch_errors
from benchmarks.sketch_errors import JACCARD, PAIRS, SEEDS, VALUES


@pytest.fixture(scope="module")
def errors():
    return sketch_errors.errors(150)


def test_minhash_has_the_error_of_its_binomial(errors):
    expected = math.sqrt(JACCARD * (1 - JACCARD) / VALUES)
    assert np.sqrt(np.mean(errors["MinHash"] ** 2)) == pytest.approx(expected, rel=0.1)


def test_fast_similarity_has_a_smaller_one(errors):
    assert np.std(errors["fast similarity"]) < 0.85 * np.std(errors["MinHash"])


def test_neither_has_a_bias(errors):
    assert all(len(each) == SEEDS * PAIRS and abs(each.mean()) < 0.003 for each in errors.values())


def test_pairs_share_what_they_should():
    one, other = sketch_errors._pairs(48, 36, 1)
    for a, b in zip(one[:5].tolist(), other[:5].tolist(), strict=True):
        assert (len(set(a) & set(b)), len(set(a) | set(b))) == (36, 48)


def test_its_rows_are_those_that_are_kept(errors):
    held = {row["name"]: row["value"] for row in json.loads(sketch_errors.OUT.read_text("utf-8"))}
    for row in sketch_errors._of_size(150):
        assert held[row.name] == row.value
