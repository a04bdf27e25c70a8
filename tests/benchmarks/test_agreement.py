"""The least agreement with peers, and that each disagreement has its explanation."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from benchmarks import agreement
from benchmarks.agreement_rows import EXPLAINED, LEAST
from curate import signals
from curate.kernels.unspaced import is_unspaced

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def rows(data):
    return {row.theirs: row for row in agreement.rows()}


def test_measures_that_mean_the_same_are_the_same(rows):
    alike = [row for row in rows.values() if row.peer == "dolma" and not row.why]
    assert len(alike) == 3
    assert all(row.same == 1 for row in alike)


def test_words_are_dolmas_where_writing_has_spaces(data):
    references, texts = agreement.read()
    spaced = [not any(map(is_unspaced, text)) for text in texts]
    assert sum(spaced) == len(texts) - 2
    measured = signals.compute(pa.table({"text": texts}), ["gopher"])["gopher.words"].to_pylist()
    theirs = [reference["dolma_gopher"]["word_count"] for reference in references]
    assert [w for w, keep in zip(measured, spaced, strict=True) if keep] == [
        w for w, keep in zip(theirs, spaced, strict=True) if keep
    ]


def test_every_disagreement_with_dolma_is_its_definition_and_nothing_else(rows):
    assert all(row.explained == 1 for row in rows.values() if row.peer == "dolma")


@pytest.mark.parametrize("decision", LEAST)
def test_decisions_agree_with_datatrove_and_its_own_words_explain_most_of_the_rest(rows, decision):
    row = rows[decision]
    assert row.same >= LEAST[decision]
    assert row.explained >= EXPLAINED["datatrove"]


@pytest.fixture(scope="module")
def judged(data):
    return agreement.cases()


def test_the_page_is_what_the_code_prints(rows, judged):
    made = agreement.page(list(rows.values()), judged)
    assert (DOCS / "agreement.md").read_text() == made, "run python -m benchmarks.agreement > docs/agreement.md"


def test_assertions_of_a_peers_tests_hold_or_differ_for_a_reason(judged):
    assert len(judged) > 150
    assert np.mean([case.same for case in judged]) >= 0.85
    assert all(case.why for case in judged if not case.same)
