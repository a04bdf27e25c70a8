import re

import pytest

import curate
from curate.errors import UserError
from tests.corpus import made_run


def test_examples_are_those_of_the_rule_and_the_same_each_time(run_folder):
    corpus = curate.open(run_folder)
    shown = corpus.show(removed_by=made_run.RULE, n=2)
    assert len(shown) == 2 and {e.rule for e in shown} == {made_run.RULE} and shown[0].value == 10
    assert shown == corpus.show(removed_by=made_run.RULE, n=2) == corpus.show(removed_by=made_run.RULE, n=3)[:2]
    assert "The document number 2" in str(shown)


def test_kept_examples_come_from_the_text(run_folder):
    shown = curate.open(run_folder).show(n=100)
    assert len(shown) == 12 and not any(e.rule for e in shown)


def test_a_rule_that_removed_nothing_is_answered_with_those_that_did(run_folder):
    with pytest.raises(UserError, match=re.escape(made_run.RULE)):
        curate.open(run_folder).show(removed_by="gopher.words < 5")
