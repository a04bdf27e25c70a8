"""A needle in a haystack (Kamradt 2023) by length of the haystack and depth of the needle.

The haystack is text of held-out documents, one after the other as one document. The needle is a sentence with a number
of seven digits that belongs to a name; the row ends by asking for it. No answer can be known from training.

Three measures, since a small model never says seven digits right. `exact`: greedy decoding gives the number. `rank`:
where the right token stands among all, in the geometric mean over the number's tokens, the right ones before it given.
`lift`: how much likelier in nats a token the number is than in a row whose needle says another: 0 is what a model has
that reads nothing of the needle, whatever it knows of digits.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from trainer.bootstrap import interval
from trainer.data.footers import Source
from trainer.data.rows import decode
from trainer.data.shards import Shards
from trainer.errors import TrainingError
from trainer.generate import last_logits
from trainer.model import Llama
from trainer.vocabulary import Vocabulary

NAMES = (
    "Amsterdam", "Bogota", "Cairo", "Dublin", "Edinburgh", "Florence", "Geneva", "Havana", "Istanbul", "Jakarta",
    "Kyoto", "Lisbon", "Madrid", "Nairobi", "Oslo", "Prague", "Quito", "Rome", "Seoul", "Tokyo", "Utrecht", "Vienna",
    "Warsaw", "Xiamen", "York", "Zurich",
)  # fmt: skip
NEEDLE = "\nThe secret number of {name} is {number}.\n"
QUESTION = "\nThe secret number of {name} is"
DEPTHS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Found:
    """One row of a trial."""

    length: int
    depth: float
    exact: bool
    rank: float
    lift: float


@dataclass(frozen=True)
class Cell:
    """All trials of one length and depth; `low` and `high` are the 95 % interval of `lift`."""

    length: int
    depth: float
    trials: int
    exact: float
    rank: float
    lift: float
    low: float
    high: float


def needles(
    model: Llama,
    vocabulary: Vocabulary,
    hay: Sequence[int],
    lengths: Sequence[int],
    depths: Sequence[float] = DEPTHS,
    trials: int = 20,
    seed: int = 0,
) -> list[Cell]:
    """`hay` is token ids, as many as the longest length and more; each trial begins elsewhere in them."""
    found = []
    for length in lengths:
        if len(hay) < length:
            raise TrainingError(f"needle: the corpus has {len(hay):,} tokens of text, and a row takes {length:,}")
        model.set_longest(max(model.longest, length))
        for depth in depths:
            each = [_trial(model, vocabulary, hay, length, depth, f"{seed}/{trial}") for trial in range(trials)]
            found.append(_cell(length, depth, each, seed))
    return found


def haystack(shards: Shards, vocabulary: Vocabulary, tokens: int, source: Source | None = None) -> list[int]:
    """At least `tokens` ids of the shards' text if there are as many, documents apart by an empty line."""
    hay: list[int] = []
    between = vocabulary.encode("\n\n")
    for row in _rows(shards, source or Source()):
        for id in row.tolist():
            hay += between if id == vocabulary.end_of_text else [id]
        if len(hay) >= tokens:
            break
    return hay


def _rows(shards: Shards, source: Source) -> Iterator[np.ndarray]:
    """Rows of all streams in turn, so that the hay is of every category."""
    groups = [
        (stream, at) for at in range(max(map(len, shards.streams.values()))) for stream in shards.streams.values()
    ]
    for stream, at in groups:
        if at < len(stream):
            rows = decode(stream[at], shards.vocabulary, source)
            for row, used in zip(rows.tokens, rows.length, strict=True):
                yield row[:used]


def _trial(model: Llama, vocabulary: Vocabulary, hay: Sequence[int], length: int, depth: float, key: str) -> Found:
    name, number, other = _secret(key)
    question, answer = _question(vocabulary, name, number)
    ends = [*question, *answer[:-1]]  # what the answer is predicted from
    right, wrong = (_row(vocabulary, hay, length, depth, key, _needle(name, said), ends) for said in (number, other))
    log_right, log_wrong = (torch.log_softmax(last_logits(model, row, len(answer)), -1) for row in (right, wrong))
    targets = torch.tensor(answer)[:, None]
    of_right = log_right.gather(1, targets)
    ranks = 1 + (log_right > of_right).sum(1)
    lift = float((of_right - log_wrong.gather(1, targets)).mean())
    rank = math.exp(float(ranks.double().log().mean()))
    return Found(length, depth, bool((log_right.argmax(1) == targets[:, 0]).all()), rank, lift)


def _row(
    vocabulary: Vocabulary, hay: Sequence[int], length: int, depth: float, key: str, needle: str, ends: Sequence[int]
) -> list[int]:
    """Hay, needle, hay and `ends`; one token less than `length`, which the last of the answer makes full."""
    within = vocabulary.encode(needle)
    room = length - 1 - len(within) - len(ends)
    if room < 0:
        raise TrainingError(f"needle: {length} tokens have no room for needle and question; give a longer length")
    begin = _drawn(key, "hay", len(hay) - room + 1)
    straw, before = hay[begin : begin + room], round(depth * room)
    return [*straw[:before], *within, *straw[before:], *ends]


def _needle(name: str, number: int) -> str:
    return NEEDLE.format(name=name, number=number)


def _question(vocabulary: Vocabulary, name: str, number: int) -> tuple[list[int], list[int]]:
    """Ids of the question and of the answer; the space between belongs to the question where it is a token."""
    question = QUESTION.format(name=name)
    spaced, whole = vocabulary.encode(f"{question} "), vocabulary.encode(f"{question} {number}")
    if whole[: len(spaced)] == spaced:
        return spaced, whole[len(spaced) :]
    return vocabulary.encode(question), vocabulary.encode(f" {number}")


def _secret(key: str) -> tuple[str, int, int]:
    """A name, its number, and another number, each of seven digits."""
    number, other = (1_000_000 + _drawn(key, which, 9_000_000) for which in ("number", "other"))
    return NAMES[_drawn(key, "name", len(NAMES))], number, other if other != number else 1_000_000 + number % 9_000_000


def _drawn(key: str, what: str, below: int) -> int:
    return int.from_bytes(hashlib.sha256(f"{key}/{what}".encode()).digest()[:8], "big") % below


def _cell(length: int, depth: float, each: Sequence[Found], seed: int) -> Cell:
    lifts = np.array([one.lift for one in each])
    low, high = interval(lambda chosen: lifts[chosen].mean(), len(lifts), seed)
    exact, rank = np.mean([one.exact for one in each]), math.exp(np.mean([math.log(one.rank) for one in each]))
    return Cell(length, depth, len(each), float(exact), rank, float(lifts.mean()), low, high)
