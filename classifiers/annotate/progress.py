"""How many documents have an answer, and what they cost: a bar on a terminal, elsewhere plain lines for a log.

A line comes at the beginning, at each tenth, and where a whole minute went by without one. The clock says when a line
is written and nothing else. Answers that an earlier run left are told first.
"""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from typing import TextIO

from classifiers.annotate.budget import Spent

Told = Callable[[int], None]
LONGEST_SILENCE = 60.0  # seconds
PARTS = 10


@contextlib.contextmanager
def bar(what: str, total: int, spent: Spent) -> Iterator[Told]:
    """Call what it yields with the number of documents done so far, and first with those that were done before."""
    if not sys.stderr.isatty():
        yield Lines(what, total, spent, sys.stderr)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description:<28}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[spent]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        row, told_of = bars.add_task(what, total=total, spent=""), list[int]()

        def update(done: int) -> None:
            if done and not told_of:
                bars.print(_before(what, done, total), markup=False, highlight=False)
            told_of.append(done)
            bars.update(row, completed=done, spent=told(spent))

        yield update


class Lines:
    """Plain lines: `reasoning: 40 of 200 asked (20%), 12,345 tokens`."""

    def __init__(
        self, what: str, total: int, spent: Spent, stream: TextIO, clock: Callable[[], float] = time.monotonic
    ):
        self._what, self._total, self._spent, self._stream, self._clock = what, total, spent, stream, clock
        self._part, self._last = -1, 0.0

    def __call__(self, done: int) -> None:
        part, now = done * PARTS // max(self._total, 1), self._clock()
        if self._part < 0 and done:
            self._write(_before(self._what, done, self._total), now)
        elif part > self._part or now - self._last >= LONGEST_SILENCE:
            share = f"{done / max(self._total, 1):.0%}"
            self._write(f"{self._what}: {done:,} of {self._total:,} asked ({share}), {told(self._spent)}", now)
        self._part = part

    def _write(self, line: str, now: float) -> None:
        self._last = now
        print(line, file=self._stream, flush=True)


def _before(what: str, done: int, total: int) -> str:
    return f"{what}: {done:,} of {total:,} were answered before"


def told(spent: Spent) -> str:
    """`12,345 tokens, $0.12`."""
    return f"{spent.tokens:,} tokens" + (f", ${spent.usd:,.2f}" if spent.cost else "")
