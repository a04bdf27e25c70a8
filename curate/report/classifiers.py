"""Classifiers in the books: how many documents each scored, its scores as a histogram, its cuts, and what they took.

Counted by `score` in whole numbers; the cuts stand in the run's resolved recipe. A model is told by the last part of
its path and the digest of its card, so that equal runs on other machines have the same report.
"""

from __future__ import annotations

from typing import Any

from curate.counted import counted, first
from curate.mix.topics import topic_plan
from curate.recipe.classifiers import TASKS
from schemas import Manifest

BIN = 20  # thousandths
OFF = 0.05  # part of a share by which it may be missed without a word


def classifiers(recipe: dict[str, Any], score: list[Manifest], select: list[Manifest]) -> list[dict[str, Any]]:
    """One entry for each classifier of the resolved recipe."""
    return [_entry(stated, score, select) for stated in recipe.get("classifiers") or []]


def off(recipe: dict[str, Any]) -> str | None:
    """Which model-based steps this run did without; None where it did all."""
    there = {stated["task"] for stated in recipe.get("classifiers") or []}
    tasks = [task for task in TASKS if task not in there]
    sampling = [] if recipe.get("topics") else ["sampling by topic"]
    if not tasks and not sampling:
        return None
    named = f"{'the classifier' if len(tasks) == 1 else 'classifiers'} {first(tasks, len(tasks))}" if tasks else ""
    why = "no classifiers: in the recipe" if not there else "not in the recipe"
    return f"off: {', '.join([*([named] if named else []), *sampling])} ({why})"


def topics(recipe: dict[str, Any], select: list[Manifest], mix: list[Manifest]) -> list[dict[str, Any]]:
    """Of each classifier of several classes: documents and tokens by class before topics are sampled and just after."""
    tasks = sorted({task for marker in select for task in _dict(marker, "topics")})
    return [_topics(task, recipe.get("topics") or {}, select, mix) for task in tasks]


def by_chance(topics: list[dict[str, Any]]) -> list[str]:
    """Of each topic whose share is another than what was asked, since documents stay or go one by one."""
    return [
        f"{of['task']}: {row['topic']} has {row['share_after']:.1%} of the tokens after sampling, where "
        f"{row['expected']:.1%} was meant: documents stay or go by chance, and "
        f"{counted(row['documents_after'], 'document')} of {row['documents']:,} stayed."
        for of in topics
        for row in of["rows"]
        if row["asked"] and abs(row["share_after"] - row["expected"]) > OFF * row["expected"]
    ]


def _entry(stated: dict[str, Any], score: list[Manifest], select: list[Manifest]) -> dict[str, Any]:
    task = stated["task"]
    found = [of for marker in score if (of := _dict(marker, "classifiers").get(task))]
    bins: dict[int, int] = {}
    for of in found:
        for counts in of.get("histogram", {}).values():
            for value, many in counts.items():
                at = min(int(value), 1000 - BIN) // BIN * BIN
                bins[at] = bins.get(at, 0) + many
    removed = [0, 0]
    for marker in select:  # counted apart: a rule on the same score may have the cut's name
        removed = [a + b for a, b in zip(removed, _dict(marker, "cuts").get(task, [0, 0]), strict=True)]
    return {
        "task": task,
        "model": stated["model"].rstrip("/").rsplit("/", 1)[-1],
        "kind": next((of["kind"] for of in found), None),
        "digest": next((of["digest"] for of in found), None),
        "asked": asked(stated),
        "cuts": cuts(stated),
        "scored": sum(of["scored"] for of in found),
        "sent": sum(of["sent"] for of in found),
        "judged": sum(bins.values()),
        "removed": removed[0],
        "removed_tokens": removed[1],
        "histogram": {str(at): many for at, many in sorted(bins.items())},
    }


def cuts(stated: dict[str, Any]) -> dict[str, float]:
    """Language (or `all`) -> the least score that stays."""
    least = stated.get("min")
    if least is None:
        return {}
    return {str(k): float(v) for k, v in sorted(least.items())} if isinstance(least, dict) else {"all": float(least)}


def asked(stated: dict[str, Any]) -> str:
    """What the cut was found by, in words."""
    by = {**stated, **(stated.get("found_by") or {})}
    if by.get("keep_best") is not None:
        each = " of each language" if isinstance(stated.get("min"), dict) else ""
        return f"best {float(by['keep_best']):.4g}{each}"
    if by.get("min_precision") is not None:
        return f"precision {float(by['min_precision']):g}"
    return "as stated" if stated.get("min") is not None else "score only"


def _topics(task: str, sampled: dict[str, Any], select: list[Manifest], mix: list[Manifest]) -> dict[str, Any]:
    before: dict[str, list[int]] = {}
    for marker in select:
        for topic, of in _dict(marker, "topics").get(task, {}).items():
            for many in of.values():
                _add(before, topic, many)
    after: dict[str, list[int]] = {}
    is_sampled = sampled.get("task", "topic") == task and bool(sampled)
    for marker in mix if is_sampled else []:
        for topic, many in _dict(marker, "topics").items():
            _add(after, topic, many)
    expected = _expected(before, sampled) if is_sampled else {}
    totals = [sum(many[1] for many in of.values()) or 1 for of in (before, after)]
    asked_for = {**(sampled.get("caps") or {}), **(sampled.get("targets") or {})} if is_sampled else {}
    rows = [
        {
            "topic": topic,
            "documents": documents,
            "tokens": tokens,
            "share": round(tokens / totals[0], 6),
            "asked": asked_for.get(topic),
            "expected": expected.get(topic),
            "documents_after": after.get(topic, [0, 0])[0] if is_sampled else None,
            "tokens_after": after.get(topic, [0, 0])[1] if is_sampled else None,
            "share_after": round(after.get(topic, [0, 0])[1] / totals[1], 6) if is_sampled else None,
        }
        for topic, (documents, tokens) in sorted(before.items(), key=lambda item: (-item[1][1], item[0]))
    ]
    return {"task": task, "by": "caps" if sampled.get("caps") else "targets" if is_sampled else None, "rows": rows}


def _expected(before: dict[str, list[int]], sampled: dict[str, Any]) -> dict[str, float]:
    """The share of each topic if sampling gave exactly what it was planned to."""
    tokens = {topic: many[1] for topic, many in before.items()}
    made = topic_plan(tokens, sampled.get("caps"), sampled.get("targets"), sampled.get("seed", 0))
    left = {topic: n * made.rate(topic) for topic, n in tokens.items()}
    return {topic: round(float(n / (sum(left.values()) or 1)), 6) for topic, n in left.items()}


def _add(into: dict[str, list[int]], topic: str, many: list[int]) -> None:
    into[topic] = [a + b for a, b in zip(into.get(topic, [0, 0]), many[:2], strict=True)]


def _dict(marker: Manifest, name: str) -> dict[str, Any]:
    found = marker.stats.get(name)
    return found if isinstance(found, dict) else {}
