"""The least that fastText tells reasoning and code by, and examples that give no answer away."""

import numpy as np
import pytest

from benchmarks import classifier_examples as examples
from benchmarks import evaluate_classifiers
from benchmarks.classifier_cascade import cascade_rows
from benchmarks.classifier_folds import fasttext, out_of_fold
from benchmarks.evaluate_classifiers import Scored
from classifiers.task import load

FLOORS = {"reasoning": 0.97, "code": 0.93}  # one seed and ten epochs; the bar of 0.95 is for five seeds


@pytest.mark.parametrize("name", FLOORS)
def test_fasttext_tells_documents_of_hosts_and_threads_that_it_never_saw(data, name):
    found = [one for one in getattr(examples, name)(data) if one.source != "wikipedia"]
    judged = [n for n, one in enumerate(found) if not one.only_learnt]
    scores = out_of_fold(found, load(name), fasttext(10), seed=0, k=3)[judged]
    row = Scored(name, tuple(found[n] for n in judged), scores[None]).row("fastText")
    assert row.value >= FLOORS[name], row


def test_no_text_is_on_both_sides_and_none_shows_its_origin(data):
    found = examples.reasoning(data)
    texts = [one.text for one in found]
    positive = {one.text for one in found if one.positive}
    assert not positive & {one.text for one in found if not one.positive}
    assert not any("<<" in one.text or "####" in one.text for one in found if one.source == "gsm8k")
    assert max(map(len, texts)) <= examples.CHARS
    assert {one.positive for one in found if one.source == evaluate_classifiers.SITE} == {True, False}


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("so $x^2 = 4$ and done", True),
        ("let $n$ be even", True),
        ("$$\\int f$$", True),
        ("a beer is $4 here and $5 there", False),
        ("costs $12.50", False),
        ("no sign at all", False),
    ],
)
def test_prices_are_no_formulas(text, formula):
    assert examples.has_formula(text) is formula


def test_a_cascade_of_two_that_agree_sends_nothing_and_of_one_that_knows_nothing_everything():
    draws = np.random.Generator(np.random.PCG64(2))
    keys = np.array([f"host{n}" for n in range(3000)])
    slow = draws.integers(0, 1001, 3000).astype(np.int32)
    sent, agreed, _ = cascade_rows(slow > 500, keys, slow, slow)
    assert sent.value == 0 and agreed.value == 1 and sent.holds and agreed.holds
    sent, agreed, _ = cascade_rows(slow > 500, keys, draws.permutation(slow), slow)
    assert sent.value > 0.9 and agreed.value >= 0.985 and not sent.holds


def test_an_auc_stands_beside_what_length_alone_reaches():
    made = [examples.Example("x" * (n + 1), n < 5, f"key{n}", "made") for n in range(10)]
    scores = np.arange(10)[None].repeat(2, axis=0)
    row = Scored("made", tuple(made), scores).row("any")
    assert row.value == 0 and row.n == 10 and row.seeds == 2
    assert "shortness 1.000" in row.reference and "5 positive, 10 keys" in row.reference
