"""Which lines go by which rule: bounds, order, scope; the lines are those that the edits of a page are made on."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from curate.dedup.line_edits import remove_lines
from curate.line_rules import taken_lines
from curate.recipe.line_rules import LINE_SIGNALS, LineRule
from tests.oracles.hostile import TEXTS
from tests.oracles.plain_words import words

PAGE = (
    "Home\nThis line has more than five words.\n\nWE USE COOKIES.\n3 likes\nPlease enable JavaScript to read this page."
)


def unmarked(rows):
    return {"code.score": [0.0] * rows, "math.score": [0.0] * rows}


def edit(rules, texts, **columns):
    rows = len(texts)
    pages = pa.table({"group": ["web"] * rows, "language": ["en"] * rows, **unmarked(rows), **columns})
    named, offsets = taken_lines([LineRule(**rule) for rule in rules], pa.array(texts, pa.string()), pages)
    gone = sum((lines.astype(int) for _, lines in named), start=0)
    assert rules == [] or max(gone, default=0) <= 1, "a line goes once"
    edited = remove_lines(pa.array(texts, pa.string()), gone > 0, offsets) if rules else None
    return edited.text.to_pylist(), {name: int(lines.sum()) for name, lines in named}


@pytest.mark.parametrize(
    ("rule", "left"),
    [
        ({"signal": "line.words", "min": 3}, [1, 2, 3, 5]),
        ({"signal": "line.terminal_punctuation", "min": 1}, [1, 2, 3, 5]),
        ({"signal": "line.punctuation", "min": 1}, [1, 2, 3, 5]),
        ({"signal": "line.javascript", "max": 0}, [0, 1, 2, 3, 4]),
        ({"signal": "line.policy", "max": 0}, [0, 1, 2, 4, 5]),
        ({"signal": "line.upper_fraction", "max": 0.5}, [0, 1, 2, 4, 5]),
        ({"signal": "line.counter", "max": 0}, [0, 1, 2, 3, 5]),
        ({"signal": "line.longest_word", "max": 6}, [0, 1, 2, 4]),
        ({"signal": "line.chars", "min": 5, "max": 20}, [2, 3, 4]),
        ({"signal": "line.numeric", "max": 0}, [0, 1, 2, 3, 4, 5]),
        ({"signal": "line.link", "max": 0}, [0, 1, 2, 3, 4, 5]),
        ({"signal": "line.lorem_ipsum", "max": 0}, [0, 1, 2, 3, 4, 5]),
    ],
)
def test_a_rule_takes_the_lines_that_fail_it_and_no_blank_one(rule, left):
    kept, _ = edit([rule], [PAGE])
    assert kept == ["\n".join(PAGE.split("\n")[i] for i in left)]


def test_every_signal_of_a_line_can_be_compared():
    for signal in LINE_SIGNALS:
        edit([{"signal": signal, "max": 10**6}], [PAGE, "", None])


def test_the_first_rule_that_a_line_fails_has_it():
    rules = [
        {"signal": "line.words", "min": 5},
        {"signal": "line.policy", "max": 0},
        {"signal": "line.words", "max": 6},
    ]
    _, counts = edit(rules, [PAGE])
    assert counts == {"line.words < 5": 3, "line.policy > 0": 0, "line.words > 6": 2}


def test_a_rule_concerns_its_groups_and_languages_and_spares_what_unless_names():
    rule = {"signal": "line.words", "min": 5, "languages": ["en"], "unless": {"signal": "code.score", "min": 0.25}}
    columns = {
        "group": ["web", "code", "web", "web"], "language": ["en", "en", "de", "en"],
        "code.score": pa.array([0.0, 0, 0, 0.3], pa.float32()),
    }  # fmt: skip
    kept, _ = edit([rule], ["a b"] * 4, **columns)
    assert kept == ["", "a b", "a b", "a b"]


@given(texts=TEXTS, least=st.integers(0, 4))
def test_what_stays_has_words_enough_whatever_the_text(texts, least):
    kept, _ = edit([{"signal": "line.words", "min": least}], texts)
    for before, after in zip(texts, kept, strict=True):
        wanted = [line for line in (before or "").split("\n") if not line.strip() or len(words(line)) >= least]
        assert after == "\n".join(wanted)


def test_a_signal_that_is_none_of_a_line_is_refused_with_the_nearest_name():
    with pytest.raises(ValidationError, match=r"did you mean 'line\.words'"):
        LineRule(signal="line.word", min=5)
    with pytest.raises(ValidationError, match="no signal of a line"):
        LineRule(signal="gopher.words", min=5)
