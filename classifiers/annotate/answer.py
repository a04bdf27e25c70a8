"""A judge's answer: the schema it is asked to keep, and what is made of what it sends.

Form is forgiven: code fences, words around the object, thoughts before it, a number in quotes, lone backslashes of TeX.
Content is not: an answer that the task does not know, two objects that differ, no reason. A judge that breaks its own
format is asked again; one whose verdict had to be guessed would be noise in every label.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from classifiers.task import Task

LONGEST = 50_000  # characters of a reply that are looked at, from its end
LONGEST_REASON = 2_000
TRIES = 200  # braces at which an object may begin
_THOUGHTS = re.compile(r"<think(?:ing)?>.*?</think(?:ing)?>", re.S)
_LONE_BACKSLASH = re.compile(r'(?<!\\)\\(?!["\\/bfnrtu])')


@dataclass(frozen=True)
class Answer:
    answer: str
    reason: str


def schema(task: Task) -> dict[str, Any]:
    """JSON Schema of an answer, the reason first: what is written first is what the verdict follows from."""
    numbers = task.scale is not None
    allowed: list[int] | list[str] = [int(a) for a in task.allowed] if numbers else list(task.allowed)
    return {
        "type": "object",
        "properties": {
            "reason": {"type": "string", "description": "one sentence: what decides"},
            "answer": {"type": "integer" if numbers else "string", "enum": allowed},
        },
        "required": ["reason", "answer"],
        "additionalProperties": False,
    }


def parse(task: Task, content: str) -> Answer:
    """The answer in a reply; ValueError says in a sentence what is wrong with it."""
    if not content or not content.strip():
        raise ValueError("the reply is empty")
    said = _THOUGHTS.sub("", content[-LONGEST:])
    found = list(_objects(said)) or list(_objects(_LONE_BACKSLASH.sub(r"\\\\", said)))
    if not found:
        raise ValueError(f'the reply has no JSON object with "reason" and "answer": {_head(said)}')
    answers = [_answer(task, one) for one in found]
    if len({one.answer for one in answers}) > 1:
        raise ValueError(
            f"the reply has {len(answers)} answers that differ: {', '.join(a.answer for a in answers)[:80]}"
        )
    return answers[-1]


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """Every object that has an answer, in order, the outermost of those inside each other."""
    decoder = json.JSONDecoder(strict=False, object_pairs_hook=_once)
    at, tries = text.find("{"), 0
    while at >= 0 and tries < TRIES:
        end, tries = at + 1, tries + 1
        try:
            value, stop = decoder.raw_decode(text, at)
            if "answer" in value:
                yield value
                end = stop
        except (ValueError, RecursionError):
            pass
        at = text.find("{", end)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object in which the last of two equal keys would win is none."""
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError("a key is there twice")
    return dict(pairs)


def _answer(task: Task, said: dict[str, Any]) -> Answer:
    reason = said.get("reason")
    if not isinstance(reason, str) or not reason.strip():
        raise ValueError('the reply gives no "reason"')
    value = _plain(said["answer"])
    known = {answer.lower(): answer for answer in task.allowed}
    if value is None or value.lower() not in known:
        raise ValueError(f"the answer {_head(json.dumps(said['answer']))} is none of {', '.join(task.allowed)}")
    return Answer(known[value.lower()], _printable(reason.strip()[:LONGEST_REASON]))


def _plain(value: object) -> str | None:
    """A whole number or a name as text: 3, 3.0 and "3" are one; true, 3.5 and lists are no answer."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, str):
        return value.strip()
    return str(value) if type(value) is int else None


def _printable(text: str) -> str:
    """Without halves of surrogate pairs, which JSON can state and Arrow cannot hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _head(text: str) -> str:
    flat = " ".join(text.split())
    return repr(flat if len(flat) <= 80 else f"{flat[:80]}...")
