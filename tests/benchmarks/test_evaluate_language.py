"""The least that languages are told with, and rules where writing has no spaces; second languages in a page."""

from types import SimpleNamespace

import pytest

from benchmarks import evaluate_language
from benchmarks.language_texts import mixes, pieces


def test_every_bar_holds(data):
    rows = evaluate_language.rows(SimpleNamespace(data=data))
    assert [row.name for row in rows if row.holds is False] == []
    assert sum(row.holds is True for row in rows) >= 5
    kept = {row.name: row.value for row in rows if row.name.startswith("rules of default")}
    assert len(kept) == 8 and min(kept.values()) >= 0.85


def test_pieces_hold_whole_paragraphs_in_order():
    text = "\n".join(f"paragraph {n} of so many" for n in range(100))
    made = pieces(text, 10)
    assert text.startswith("\n".join(made)) and len(made) in (9, 10)


def test_mixes_repeat_and_say_their_share(data):
    made = mixes(data, seed=3, count=40)
    assert made == mixes(data, seed=3, count=40) != mixes(data, seed=4, count=40)
    assert sum(share == 0 for _, share in made) >= 5
    assert all(0 <= share <= 0.5 for _, share in made)
    assert max(share for _, share in made) == pytest.approx(0.5, abs=0.1)
