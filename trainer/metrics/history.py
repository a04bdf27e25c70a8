"""metrics.jsonl as columns: what the page draws. Steps and values as arrays, NaN where a step has none.

A million lines are read once, one after another; what stays in memory is 8 bytes a figure.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from trainer.metrics import lines

SCALARS = ("loss", "weight", "tokens", "grad_norm", "lr", "seconds", "data_wait", "tokens_per_second", "joules")
GROUPS = ("mfu", "flops", "memory")


@dataclass
class Stream:
    """One stream of the mix: where it was met, and its sums there."""

    steps: np.ndarray
    nats: np.ndarray
    tokens: np.ndarray
    bytes: np.ndarray


@dataclass
class History:
    steps: np.ndarray
    columns: dict[str, np.ndarray]  # "loss", "mfu.exact", "memory.allocated"
    streams: dict[str, Stream]
    not_finite: list[int] = field(default_factory=list)  # steps whose loss or norm was no number

    def __len__(self) -> int:
        return len(self.steps)

    def has(self, name: str) -> bool:
        return name in self.columns and bool(np.isfinite(self.columns[name]).any())


def read(run: str | Path) -> History:
    """The steps of a run; streams in order of their names."""
    steps, columns = array("q"), dict[str, array]()
    streams: dict[str, tuple[array, array, array, array]] = {}
    not_finite = []
    for line in lines.read(run):
        at = len(steps)
        steps.append(line["step"])
        for name, value in _figures(line):
            column = columns.get(name)
            if column is None:
                column = columns[name] = array("d")
            if len(column) < at:
                column.extend([np.nan] * (at - len(column)))
            column.append(value)
        for name, (nats, tokens, size) in line.get("loss_by", {}).items():
            stream = streams.get(name)
            if stream is None:
                stream = streams[name] = (array("q"), array("d"), array("d"), array("d"))
            stream[0].append(line["step"])
            stream[1].append(np.nan if nats is None else nats)
            stream[2].append(tokens)
            stream[3].append(size)
        if "not_finite" in line:
            not_finite.append(line["step"])
    for column in columns.values():
        column.extend([np.nan] * (len(steps) - len(column)))
    return History(
        np.array(steps, np.int64),
        {name: np.array(column) for name, column in sorted(columns.items())},
        {name: Stream(*map(np.array, of)) for name, of in sorted(streams.items())},
        not_finite,
    )


def _figures(line: dict[str, Any]) -> Iterator[tuple[str, float]]:
    for name in SCALARS:
        value = line.get(name)
        if value is not None:
            yield name, value
    for group in GROUPS:
        for name, value in line.get(group, {}).items():
            if value is not None:
                yield f"{group}.{name}", value
