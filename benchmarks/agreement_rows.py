"""Agreement as rows of evaluation.json, with the least that tests accept as bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks.rows import Row, share

COMMAND = "python -m benchmarks.agreement"
ELSEWHERE = {"word_count": 0.99, "fraction_of_words_with_alpha_character": 0.99}  # pages with letters of such writing
LEAST = {"gopher_quality": 0.89, "gopher_repetition": 0.97, "c4_quality": 0.98, "fineweb_quality": 0.99}
EXPLAINED = {"dolma": 1, "datatrove": 0.98}


def figures(found: Sequence[Any], judged: Sequence[Any]) -> list[Row]:
    """`found`: rows of benchmarks.agreement; `judged`: its cases."""
    rows = []
    for one in found:
        least = (LEAST | ELSEWHERE).get(one.theirs) if one.why else 1  # 1: it means the same
        name = f"agreement: {one.peer} {one.theirs}"
        rows.append(_share(f"{name}, same", one.same, one.n, f"ours {one.ours}", least))
        rows.append(_share(f"{name}, explained", one.explained, one.n, None, EXPLAINED[one.peer]))
    same, riddles = sum(case.same for case in judged), sum(not case.same and not case.why for case in judged)
    return [
        *rows,
        _share("agreement: assertions of DCLM's tests, same", same / len(judged), len(judged), None, 0.85),
        Row("agreement: assertions that differ for no reason known", riddles, "cases", len(judged), bar="= 0",
            command=COMMAND),
    ]  # fmt: skip


def _share(name: str, value: float, n: int, reference: str | None, least: float | None) -> Row:
    bar = None if least is None else f">= {least}"
    return share(name, round(float(value) * n), n, reference=reference, bar=bar, command=COMMAND)
