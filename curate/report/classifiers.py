"""Classifiers in the books: how many documents each scored, its scores as a histogram, its cuts, and what they took.

Counted by `score` in whole numbers; the cuts stand in the run's resolved recipe. A model is told by the last part of
its path and the digest of its card, so that equal runs on other machines have the same report.
"""

from __future__ import annotations

from typing import Any

from curate.recipe.classifiers import PREFIX, TASKS
from schemas import Manifest

BIN = 20  # thousandths


def classifiers(recipe: dict[str, Any], score: list[Manifest], removed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One entry for each classifier of the resolved recipe; `removed`: the rules of all phases, with their sums."""
    return [_entry(stated, score, removed) for stated in recipe.get("classifiers") or []]


def off(recipe: dict[str, Any]) -> str | None:
    """Which model-based steps this run did without; None where it did all."""
    there = {stated["task"] for stated in recipe.get("classifiers") or []}
    tasks = [task for task in TASKS if task not in there]
    sampling = [] if recipe.get("topics") else ["sampling by topic"]
    if not tasks and not sampling:
        return None
    named = f"{'the classifier' if len(tasks) == 1 else 'classifiers'} {_and(tasks)}" if tasks else ""
    why = "no classifiers: in the recipe" if not there else "not in the recipe"
    return f"off: {', '.join([*([named] if named else []), *sampling])} ({why})"


def topics(recipe: dict[str, Any], select: list[Manifest], mix: list[Manifest]) -> list[dict[str, Any]]:
    """Of each classifier of several classes: documents and tokens by class before the mix, and after its sampling."""
    tasks = sorted({task for marker in select for task in _dict(marker, "topics")})
    return [_topics(task, recipe.get("topics") or {}, select, mix) for task in tasks]


def _entry(stated: dict[str, Any], score: list[Manifest], removed: list[dict[str, Any]]) -> dict[str, Any]:
    task = stated["task"]
    found = [of for marker in score if (of := _dict(marker, "classifiers").get(task))]
    bins: dict[int, int] = {}
    for of in found:
        for counts in of.get("histogram", {}).values():
            for value, many in counts.items():
                at = min(int(value), 1000 - BIN) // BIN * BIN
                bins[at] = bins.get(at, 0) + many
    rules = [rule for rule in removed if rule["phase"] == "select" and rule["rule"].startswith(f"{PREFIX}{task} < ")]
    rules = rules if has_cut(stated) else []
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
        "removed": sum(rule["documents"] for rule in rules),
        "removed_tokens": sum(rule["tokens"] for rule in rules),
        "histogram": {str(at): many for at, many in sorted(bins.items())},
    }


def has_cut(stated: dict[str, Any]) -> bool:
    return any(stated.get(name) is not None for name in ("keep_best", "min_precision", "min"))


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
    totals = [sum(many[1] for many in of.values()) or 1 for of in (before, after)]
    asked_for = {**(sampled.get("caps") or {}), **(sampled.get("targets") or {})} if is_sampled else {}
    rows = [
        {
            "topic": topic,
            "documents": documents,
            "tokens": tokens,
            "share": round(tokens / totals[0], 6),
            "asked": asked_for.get(topic),
            "documents_after": after.get(topic, [0, 0])[0] if is_sampled else None,
            "tokens_after": after.get(topic, [0, 0])[1] if is_sampled else None,
            "share_after": round(after.get(topic, [0, 0])[1] / totals[1], 6) if is_sampled else None,
        }
        for topic, (documents, tokens) in sorted(before.items(), key=lambda item: (-item[1][1], item[0]))
    ]
    return {"task": task, "by": "caps" if sampled.get("caps") else "targets" if is_sampled else None, "rows": rows}


def _add(into: dict[str, list[int]], topic: str, many: list[int]) -> None:
    into[topic] = [a + b for a, b in zip(into.get(topic, [0, 0]), many[:2], strict=True)]


def _dict(marker: Manifest, name: str) -> dict[str, Any]:
    found = marker.stats.get(name)
    return found if isinstance(found, dict) else {}


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
