"""The histogram of two scores: nothing lost, whole numbers, the same after JSON, weighed by a corpus."""

import json
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.cascade import Joint, joint

scores = st.integers(0, 1000)
documents = st.lists(st.tuples(scores, scores, st.floats(0.1, 1e6)), min_size=1, max_size=80)


@given(documents)
def test_cells_hold_every_document_in_any_order(listed):
    fast, slow, weights = map(np.array, zip(*listed, strict=True))
    found = joint(fast, slow, weights)
    assert found.documents == len(listed)
    assert {cell[:2] for cell in found.cells} == {(f, s) for f, s, _ in listed}
    assert sum(found.fast_counts) == found.weight
    again = np.argsort(slow, kind="stable")
    assert joint(fast[again], slow[again], weights[again]) == found
    assert Joint.of_json(json.loads(json.dumps(found.to_json()))) == found
    assert 1 <= found.effective <= len(listed)


@given(documents, st.lists(st.tuples(scores, st.integers(1, 10**9)), max_size=20))
def test_weighed_for_a_corpus_it_has_the_corpus_documents(listed, counted):
    fast, slow, _ = map(np.array, zip(*listed, strict=True))
    counts = [0] * 1001
    for score, n in counted:
        counts[score] += n
    here = joint(fast, slow).of_corpus(counts)
    assert Fraction(here.weight, 2**32) == pytest.approx(sum(counts), rel=1e-4, abs=1)
    assert {cell[:2] for cell in here.cells} <= {(f, s) for f, s, _ in listed}


def test_weighed_by_its_own_scores_nothing_changes_but_the_unit():
    draws = np.random.Generator(np.random.PCG64(1))
    fast, slow = draws.integers(0, 1001, (2, 3000))
    held_out = joint(fast, slow)
    here = held_out.of_corpus(held_out.fast_counts)
    assert [cell[2] >> 32 for cell in here.cells] == pytest.approx([cell[2] for cell in held_out.cells], abs=1)
    assert here.effective == held_out.effective == 3000


def test_equal_weights_are_a_thousand_each():
    found = joint(np.array([5, 5, 7]), np.array([1, 1, 2]), np.array([3.5, 3.5, 3.5]))
    assert found.cells == ((5, 1, 2000, 2_000_000), (7, 2, 1000, 1_000_000))


@pytest.mark.parametrize(
    "stated",
    [
        {},
        {"documents": 1, "cells": [[1, 2, 3]]},
        {"documents": 1, "cells": [[1, 1001, 3, 9]]},
        {"documents": 2, "cells": [[5, 1, 3, 9], [4, 1, 3, 9]]},
        {"documents": 1, "cells": [[1, -2, 3, 9]]},
        [],
    ],
)
def test_what_is_no_histogram_is_told(stated):
    with pytest.raises(ValueError, match=r"card\.json: settings\.joint"):
        Joint.of_json(stated)


def test_scores_of_other_documents_and_weights_of_nothing_are_refused():
    with pytest.raises(ValueError, match="2 fast and 1 slow"):
        joint(np.array([1, 2]), np.array([1]))
    with pytest.raises(ValueError, match="weights"):
        joint(np.array([1]), np.array([1]), np.array([0.0]))
    with pytest.raises(ValueError, match="1001"):
        joint(np.array([1]), np.array([1])).of_corpus([1, 2])
