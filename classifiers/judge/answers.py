"""What the stand-in answers: the truth about a document, noise, and faults, each by what is asked and not by when.

A document is known by the mark beside it in the prompt, twelve digits of the SHA-256 of its whole text
(`classifiers.annotate.prompt`), so that a text of which only a part is shown is known too.

Noise moves that share of answers by one point, or to another class; whims do so anew each time the same is asked.
Faults come instead of an answer: FAULTS, in equal shares. Noise is a function of (seed, model, prompt, text), faults of
these and of how often the same was asked: neither order nor concurrency changes an answer. A dropped connection is
dropped after the answer was made and counted, the worst case for who pays.
"""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

FAULTS = ("malformed", "off_scale", "too_many", "server_error", "dropped", "cut", "no_json")
FREE = ("too_many", "server_error")
CHARACTERS_PER_TOKEN = 4
MARK = 12
_MARK = re.compile(r"\[document ([0-9a-f]{12})\]\n")


@dataclass(frozen=True)
class Manners:
    """How it behaves. `faults` is a share of requests, `kinds` those it is made of; `delay` is the most, in seconds."""

    noise: float = 0.0
    whims: float = 0.0
    faults: float = 0.0
    kinds: tuple[str, ...] = FAULTS
    delay: float = 0.0
    retry_after: float = 1.0
    seed: int = 0
    model: str = "judge"
    key: str | None = None  # what `Authorization: Bearer` must say
    refuses: tuple[str, ...] = ()  # parameters of a request that it answers with 400


@dataclass
class Counts:
    """What it was asked, by its own count; `asked` and `answered` by (prompt, mark of the text)."""

    requests: int = 0
    asked: Counter[tuple[str, str]] = field(default_factory=Counter)
    answered: Counter[tuple[str, str]] = field(default_factory=Counter)  # valid answers, sent whole
    faults: Counter[str] = field(default_factory=Counter)
    prompt_tokens: int = 0
    completion_tokens: int = 0

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        asked, answered = sum(self.asked.values()), sum(self.answered.values())
        figures = {"requests": self.requests, "tokens": self.tokens, "faults": dict(sorted(self.faults.items()))}
        return {**figures, "asked": asked, "answered": answered, "questions": len(self.asked)}


@dataclass(frozen=True)
class Said:
    """One reply: a fault of FAULTS or "", the content, and what it counts as."""

    fault: str
    content: str
    usage: dict[str, int]


class Answers:
    """The truth, by mark, and how it is told. Threads share it."""

    def __init__(self, truth: dict[str, str], manners: Manners):
        self.manners, self.counts = manners, Counts()
        self._truth, self._all, self._lock = truth, _in_order(set(truth.values())), threading.Lock()

    def say(self, request: dict[str, Any]) -> Said:
        """The reply to a well-formed request."""
        messages = [str(message["content"]) for message in request["messages"]]
        asked = sha256(messages[0].encode()).hexdigest(), _mark(messages)
        with self._lock:
            self.counts.requests += 1
            self.counts.asked[asked] += 1
            nth = self.counts.asked[asked]
        fault = self._fault(*asked, nth)
        content = self._content(*asked, nth, fault)
        limit = request.get("max_tokens") or request.get("max_completion_tokens") or 1 << 30
        usage = {"prompt_tokens": _tokens("".join(messages)), "completion_tokens": min(_tokens(content), limit)}
        self._count(asked, fault, usage)
        return Said(fault, content, usage | {"total_tokens": sum(usage.values())})

    def delay(self, what: object) -> float:
        """Seconds, by what is asked."""
        return self.manners.delay * self._draw("delay", what)

    def _count(self, asked: tuple[str, str], fault: str, usage: dict[str, int]) -> None:
        with self._lock:
            if fault:
                self.counts.faults[fault] += 1
            else:
                self.counts.answered[asked] += 1
            if fault not in FREE:
                self.counts.prompt_tokens += usage["prompt_tokens"]
                self.counts.completion_tokens += usage["completion_tokens"]

    def _fault(self, *what: object) -> str:
        draw = self._draw("fault", *what)
        if draw >= self.manners.faults:
            return ""
        return self.manners.kinds[int(draw / self.manners.faults * len(self.manners.kinds))]

    def _content(self, prompt: str, mark: str, nth: int, fault: str) -> str:
        if fault == "malformed":
            return '{"reason": "it breaks off he'
        answer = "-1" if fault == "off_scale" else self._answer(prompt, mark, nth)
        stated = int(answer) if answer.lstrip("-").isdigit() else answer
        return json.dumps({"reason": f"So says the truth of {mark}.", "answer": stated})

    def _answer(self, prompt: str, mark: str, nth: int) -> str:
        """A text that the truth does not know gets the first of its answers."""
        answer = self._truth.get(mark, self._all[0])
        if self._draw("noise", prompt, mark) < self.manners.noise:
            answer = self._moved(answer, self._draw("way", prompt, mark))
        if self._draw("whim", prompt, mark, nth) < self.manners.whims:
            answer = self._moved(answer, self._draw("whim's way", prompt, mark, nth))
        return answer

    def _moved(self, answer: str, draw: float) -> str:
        """By one on a scale, to any other of some classes."""
        at = self._all.index(answer)
        near = (at - 1, at + 1) if answer.isdigit() else range(len(self._all))
        others = [self._all[i] for i in near if i != at and 0 <= i < len(self._all)]
        return others[int(draw * len(others))] if others else answer

    def _draw(self, *what: object) -> float:
        """In [0, 1)."""
        named = "\0".join(str(one) for one in (self.manners.seed, self.manners.model, *what))
        return int(sha256(named.encode()).hexdigest()[:12], 16) / 16**12


def truth(path: str) -> dict[str, str]:
    """Mark -> answer, of a JSONL file with `text`, or `sha256` of the text, and `answer`."""
    with open(path, encoding="utf-8") as file:
        return of_lines(file, path)


def of_lines(lines: Iterable[str], name: str = "truth") -> dict[str, str]:
    known: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                row = json.loads(line)
                known[row["sha256"][:MARK] if "sha256" in row else mark_of(row["text"])] = str(row["answer"])
            except (ValueError, KeyError, TypeError, AttributeError):
                raise ValueError(f'{name}:{number}: a line is {{"text": ..., "answer": ...}}, or "sha256"') from None
    if not known:
        raise ValueError(f"{name}: no line in it; the judge needs a truth to tell")
    return known


def mark_of(text: str) -> str:
    """What stands beside a text in a prompt."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:MARK]


def _mark(messages: list[str]) -> str:
    """Of the last message that shows a document; what is behind it is about the answer."""
    found = (_MARK.match(message) for message in reversed(messages))
    return next((match[1] for match in found if match), "")


def _tokens(text: str) -> int:
    return len(text.encode("utf-8", "replace")) // CHARACTERS_PER_TOKEN + 8


def _in_order(answers: set[str]) -> list[str]:
    """Points of a scale by number, classes by name."""
    return sorted(answers, key=lambda one: (0, int(one), "") if one.isdigit() else (1, 0, one))
