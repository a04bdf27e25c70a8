"""Assertions of DCLM's unit tests as data, put to our signals and line rules.

A filter's assertion says whether a page is kept: so does a rule on our signal with the same bound. A modifier's says
which lines are left: so do our line rules. Left out: what we have no counterpart of (substrings of URLs, words by
uniseg or BERT, the words of a list, empty pages, which both remove).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import pyarrow as pa

from curate import signals
from curate.line_rules import taken_lines
from curate.recipe.line_rules import LineRule


class Case(NamedTuple):
    test: str
    same: bool
    why: str


def judge(assertions: Iterable[dict]) -> list[Case]:
    """Every assertion that has a counterpart here, once: the tests repeat some a hundred times."""
    dclm = {json.dumps(a, sort_keys=True): a for a in assertions if a["repo"].endswith("dclm")}
    return [case for a in dclm.values() if (case := _case(a)) is not None]


def _case(a: dict) -> Case | None:
    call = _call(a)
    if call is None or a["check"] != "Eq" or not isinstance(a["expected"], list):
        return None
    name, page, args, named = call
    text = page.get("CONTENT")
    if not text or name not in ANSWERS or not all(isinstance(p, dict) for p in a["expected"]):
        return None
    answer = ANSWERS[name][0](text, args, named)
    if answer is None:
        return None
    expected: Any = bool(a["expected"])
    if isinstance(answer, str):
        expected = a["expected"][0]["CONTENT"].strip() if a["expected"] else ""
        answer = answer.strip()
    return Case(a["test"], answer == expected, ANSWERS[name][1])


def _call(a: dict) -> tuple[str, dict, list, dict] | None:
    """(function, page, its other arguments, those with names), whether the function is made by a call or not."""
    actual = a["actual"]
    if not isinstance(actual, dict) or not actual.get("args"):
        return None
    inner = actual.get("call")
    made = (
        inner
        if isinstance(inner, dict)
        else {"call": inner, "args": actual["args"][1:], "kwargs": actual.get("kwargs", {})}
    )
    page = actual["args"][0]
    if not isinstance(page, dict) or not isinstance(made.get("call"), str):
        return None
    return made["call"], page, made.get("args", []), made.get("kwargs", {})


def _signal(text: str, name: str) -> float:
    return signals.compute(pa.table({"text": [text]}), [name.split(".")[0]])[name][0].as_py()


def _edited(text: str, *rules: dict) -> str:
    from curate.dedup.line_edits import remove_lines

    every = [LineRule(unless=[], **rule) for rule in rules]
    named, offsets = taken_lines(every, pa.array([text]), pa.table({"group": ["web"]}))
    return remove_lines(pa.array([text]), sum(lines for _, lines in named) > 0, offsets).text[0].as_py()


def _at_most(name: str, argument: str, place: int = 0, default: float | None = None) -> Callable[..., bool | None]:
    """Keeps a page whose signal is at most the filter's argument."""

    def answer(text: str, args: list, named: dict) -> bool | None:
        limit = named.get(argument, args[place] if len(args) > place else default)
        return None if limit is None else _signal(text, name) <= limit + 1e-7

    return answer


def _repetition(text: str, args: list, named: dict) -> bool | None:
    given = (
        dict(
            zip(
                ("granularity", "max_fraction", "count_characters", "ngram_char_ratio", "ignore_case"),
                args,
                strict=False,
            )
        )
        | named
    )
    unit, kind = given["granularity"], given.get("ngram_char_ratio")
    if given.get("ignore_case") or (isinstance(unit, int) and kind not in (None, "most_common" if unit < 5 else "all")):
        return None
    if isinstance(unit, int):
        name = f"repetition.{'top' if unit < 5 else 'dup'}_{unit}gram_char_fraction"
    else:
        name = f"repetition.dup_{unit}_{'char_' if given.get('count_characters', True) else ''}fraction"
    return _signal(text, name) <= given["max_fraction"] + 1e-7


def _massive(text: str, args: list, named: dict) -> bool:
    from curate.recipe import load

    skip = named.get("skip_paragraph", args[0] if args else False)
    measured = signals.compute(pa.table({"text": [text]}), ["repetition"])
    chosen = [r for r in load("gopher").rules if r.signal.startswith("repetition.")]
    return all(
        measured[r.signal][0].as_py() <= r.upper + 1e-7 for r in chosen if not (skip and "paragraph" in r.signal)
    )


def _line_length(text: str, args: list, named: dict) -> bool:
    kind = named.get("length_type", args[0] if args else "max")
    name = "code.max_line_chars" if kind == "max" else "code.mean_line_chars"
    return _signal(text, name) <= named.get("max_length", 1000)


def _page_length(text: str, args: list, named: dict) -> bool | None:
    given = dict(zip(("length_type", "min_length", "max_length"), args, strict=False)) | named
    names = {"line": "ccnet.lines", "sentence": "c4.sentences", "char": "ccnet.length"}
    extra = set(given) - {"length_type", "min_length", "max_length", "tokenizer", "tokenizer_lang"}
    if given["length_type"] not in names or extra:
        return None
    return given.get("min_length", 1) <= _signal(text, names[given["length_type"]]) <= given.get("max_length", 1 << 30)


def _symbols(text: str, args: list, named: dict) -> bool:
    limit = named.get("max_symbol_to_word_ratio", args[0] if args else 0.1)
    return _signal(text, "gopher.hash_word_ratio") <= limit and _signal(text, "gopher.ellipsis_word_ratio") <= limit


def _stop_words(text: str, args: list, named: dict) -> bool | None:
    unique = named.get("count_unique", args[0] if args else False)
    return _signal(text, "gopher.stop_words") >= named.get("min_stop_word", 2) if unique else None


def _word_length(text: str, args: list, named: dict) -> bool:
    low, high = [*args, *[None] * 2][:2]
    low, high = named.get("min_length", low) or 0, named.get("max_length", high) or float("inf")
    return low <= _signal(text, "gopher.mean_word_length") <= high


def _substring(text: str, args: list, named: dict) -> bool | None:
    names = {"lorem ipsum": "c4.lorem_ipsum_lines", "{": "c4.curly_brackets"}
    return _signal(text, names[args[0]]) == 0 if not named and args in [[n] for n in names] else None


def _substring_line(text: str, args: list, named: dict) -> str | None:
    plain = args == ["javascript"] and not named
    return _edited(text, {"signal": "line.javascript", "max": 0}) if plain else None


def _punctuation_line(text: str, args: list, named: dict) -> str | None:
    return _edited(text, {"signal": "line.terminal_punctuation", "min": 1}) if named.get("remove_ellipses") else None


def _line_words(text: str, args: list, named: dict) -> str | None:
    given = dict(zip(("min_length", "max_length"), args, strict=False)) | named
    low, high = given.get("min_length", 0), given.get("max_length", 1 << 30)
    return _edited(text, {"signal": "line.words", "min": low, "max": high})


def _upper(text: str, args: list, named: dict) -> str | None:
    return _edited(text, {"signal": "line.upper_fraction", "max": named.get("max_ratio", args[0] if args else 0.5)})


def _numeric(text: str, args: list, named: dict) -> str | None:
    limit = named.get("max_ratio", args[0] if args else 1.0)
    return _edited(text, {"signal": "line.numeric", "max": 0}) if 0.99 < limit < 1 else None


FIRST = (
    "DCLM counts the first of repeated lines, paragraphs, n-grams too; in the paper and here it is the original. Its "
    "words are uniseg's without punctuation, so that `repeat` and `repeat.` are one"
)
# DCLM's function: (our answer, why the answers that differ do)
ANSWERS: dict[str, tuple[Callable[..., Any], str]] = {
    "line_length_filter": (_line_length, ""),
    "alphanumeric_char_ratio_filter": (
        lambda text, args, named: (
            _signal(text, "code.alnum_ratio") >= named.get("max_alnum_ratio", args[0] if args else 0.25)
        ),
        "an underscore is alphanumeric here",
    ),
    "repetition_filter": (_repetition, FIRST),
    "massive_web_repetition_filters": (_massive, FIRST),
    "page_length_filter": (_page_length, "its sentences are blingfire's, which knows `Mr.`"),
    "substring_filter": (_substring, ""),
    "bullet_count_filter": (_at_most("gopher.bullet_line_ratio", "max_bullet_start_ratio", 0, 0.9), ""),
    "ellipsis_count_filter": (
        _at_most("gopher.ellipsis_line_ratio", "max_ellipsis_end_ratio", 0, 0.3),
        "DCLM also takes `. . .` for an ellipsis",
    ),
    "stop_word_filter": (_stop_words, ""),
    "word_length_filter": (_word_length, ""),
    "symbol_ratio_filter": (
        _symbols,
        "DCLM adds hash signs and ellipses; the paper bounds either; `. . .` is none here, and no words give 0",
    ),
    "alphabetic_word_ratio_filter": (
        lambda text, args, named: (
            1 - _signal(text, "gopher.alpha_word_ratio") <= named.get("max_ratio", args[0] if args else 0.2) + 1e-7
        ),
        "",
    ),
    "counter_line_modifier": (lambda text, args, named: _edited(text, {"signal": "line.counter", "max": 0}), ""),
    "uppercase_ratio_line_modifier": (_upper, "DCLM counts white space at a line's ends"),
    "numeric_ratio_line_modifier": (_numeric, ""),
    "punctuation_line_modifier": (_punctuation_line, ""),
    "line_length_modifier": (_line_words, ""),
    "substring_line_modifier": (_substring_line, ""),
}
