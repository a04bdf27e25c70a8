"""What a reader must know before believing the figures."""

from curate.report.remarks import remarks
from schemas import Manifest


def test_a_sample_is_said_and_scaled():
    [said] = remarks([{"sample": 0.01}, {"sample": 0.01}], [], kept=30, tokens=12_000)
    assert "0.01" in said and "3,000 documents" in said and "1,200,000 tokens" in said and "under-counted" in said


def test_sources_sampled_differently_are_named_and_not_scaled():
    [said] = remarks([{"label": "web", "sample": 0.1}, {"label": "books"}], [], kept=30, tokens=12_000)
    assert "web" in said and "books" not in said and "documents" not in said


def test_without_a_sample_nothing_is_said():
    assert remarks([{"label": "web"}, {"sample": 1}], [], kept=1, tokens=1) == []


def test_what_the_mix_could_not_do_is_said_once():
    markers = [Manifest("mix", 1, "k", stats={"notes": ["math has too few tokens."]}) for _ in range(3)]
    assert remarks([], markers, kept=1, tokens=1) == ["math has too few tokens."]
