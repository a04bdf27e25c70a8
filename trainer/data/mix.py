"""A stage's mix: how many of any first n rows each stream has given, in whole numbers and without a draw.

A stream is one category of one corpus. Its count is found down a balanced tree of streams: of n rows that come to a
node, floor(n * left / (left + right) + 1/2) go left. So counts never fall, add up to n, and stay within a row a level
of their share, however short the stretch; what a batch is made of does not wander as independent draws would make it.
Weights are whole numbers (Python's, so that no rounding depends on the machine), and any point of the run is reached
at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Literal

from trainer.errors import TrainingError


def weights(mix: Literal["natural"] | Mapping[str, float], rows: Mapping[str, int], where: str) -> dict[str, int]:
    """Whole weights of the streams, in the order of `rows` (stream "corpus/category" -> its rows).

    `natural` is by rows. A key names a stream, a corpus or a category; the streams it names share its part by rows, and
    a stream belongs to the key that says most of it. TrainingError names a key that no stream has.
    """
    if mix == "natural":
        return dict(rows)
    owner = {stream: _key_of(stream, mix) for stream in rows}
    for key in mix:
        if key not in owner.values():
            raise TrainingError(f"{where}.mix: {_missing(key, rows, mix)}")
    parts = {key: Fraction(share) for key, share in mix.items()}
    of_key = {key: sum(rows[stream] for stream in rows if owner[stream] == key) for key in mix}
    exact = {
        stream: parts[key] * rows[stream] / of_key[key] if key is not None else Fraction(0)
        for stream, key in owner.items()
    }
    scale = lcm(*(share.denominator for share in exact.values()))
    return {stream: int(share * scale) for stream, share in exact.items()}


def _key_of(stream: str, mix: Mapping[str, float]) -> str | None:
    corpus, _, category = stream.partition("/")
    return next((key for key in (stream, category, corpus) if key in mix), None)


def _missing(key: str, rows: Mapping[str, int], mix: Mapping[str, float]) -> str:
    corpora = sorted({stream.partition("/")[0] for stream in rows})
    categories = sorted({stream.partition("/")[2] for stream in rows})
    if key in corpora or key in categories or key in rows:
        return f"{key!r} has no row left, since other keys name all of its streams; take it out"
    return (
        f"there is no {key!r}; there are the categories {', '.join(categories)}"
        f" and the corpora {', '.join(corpora)} (or corpus/category)"
    )


@dataclass(frozen=True)
class Split:
    """Counts by stream of the first n rows."""

    weights: tuple[int, ...]

    def counts(self, n: int) -> list[int]:
        """Rows of each stream among the first n."""
        return _down(self.weights, n)


def _down(weights: tuple[int, ...], n: int) -> list[int]:
    if len(weights) == 1:
        return [n]
    middle = len(weights) // 2
    left, total = sum(weights[:middle]), sum(weights)
    given = (2 * n * left + total) // (2 * total) if 0 < left < total else (n if left else 0)
    return [*_down(weights[:middle], given), *_down(weights[middle:], n - given)]
