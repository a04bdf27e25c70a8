"""How a run tells what it does: bars on a terminal, plain lines elsewhere, or JSON lines.

A run calls `phase`, `update`, `note` and `skipped` and knows no more than that. `update` takes totals of the phase so
far, so that a lost or repeated call does no harm. Lines come at most every five seconds a phase; the last one always.
"""

from __future__ import annotations

import contextlib
import json
import logging
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol, TextIO

from curate.counted import counted

EVERY_SECONDS = 5.0


@dataclass
class PhaseProgress:
    """The state of one phase; `show` is told of each change."""

    name: str
    shards_total: int
    why: str = ""
    shards_done: int = 0
    documents: int = 0
    bytes: int = 0
    shards_before: int = 0
    started: float = field(default_factory=time.monotonic)
    show: Any = None

    def update(self, shards_done: int, documents: int = 0, bytes: int = 0) -> None:
        """Totals so far of this phase."""
        self.shards_done, self.documents, self.bytes = shards_done, documents, bytes
        if self.show:
            self.show(self)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started

    @property
    def seconds_left(self) -> float | None:
        """By the shards that this run has done so far, not those it found done; None before the first."""
        done, left = self.shards_done - self.shards_before, self.shards_total - self.shards_done
        return self.seconds / done * left if done > 0 else None

    def figures(self) -> dict[str, object]:
        """What each display shows."""
        rate = self.bytes / 1e6 / self.seconds if self.seconds else 0.0
        return {
            "phase": self.name,
            "shards": self.shards_done,
            "of": self.shards_total,
            "documents": self.documents,
            "mb_per_second": round(rate, 1),
            "seconds": round(self.seconds, 1),
        }


class Progress(Protocol):
    """What a run needs to tell."""

    def phase(
        self, name: str, shards_total: int, why: str = ""
    ) -> contextlib.AbstractContextManager[PhaseProgress]: ...
    def skipped(self, phase: str, why: str) -> None: ...
    def note(self, text: str) -> None: ...


def for_terminal(log_json: bool = False) -> Progress:
    """The display that suits stderr, and logging that does not break it."""
    quieten_logging()
    if log_json:
        return JsonLines(sys.stderr)
    return Bars() if sys.stderr.isatty() else Lines(sys.stderr)


def quieten_logging() -> None:
    """Errors only, on stderr. Forced, since Beam's import warns through the root logger and so gives it a handler."""
    logging.basicConfig(level=logging.ERROR, format="%(name)s: %(message)s", stream=sys.stderr, force=True)
    logging.getLogger("apache_beam").setLevel(logging.CRITICAL)  # an error comes as an exception too, told once


class Silent:
    """No display: for libraries and tests."""

    @contextlib.contextmanager
    def phase(self, name: str, shards_total: int, why: str = "") -> Iterator[PhaseProgress]:
        yield PhaseProgress(name, shards_total, why)

    def skipped(self, phase: str, why: str) -> None: ...

    def note(self, text: str) -> None: ...


class Lines:
    """Plain lines, for logs and pipes."""

    def __init__(self, stream: TextIO, every_seconds: float = EVERY_SECONDS):
        self._stream, self._every, self._last = stream, every_seconds, 0.0

    @contextlib.contextmanager
    def phase(self, name: str, shards_total: int, why: str = "") -> Iterator[PhaseProgress]:
        self.note(name + (f": {_shards(shards_total)}" if shards_total else "") + (f" ({why})" if why else ""))
        self._last = time.monotonic()
        state = PhaseProgress(name, shards_total, why, show=self._show)
        yield state
        self.note(_sentence(state))

    def skipped(self, phase: str, why: str) -> None:
        self.note(f"{phase}: stands ({why})")

    def note(self, text: str) -> None:
        print(text, file=self._stream, flush=True)

    def _show(self, state: PhaseProgress) -> None:
        if time.monotonic() - self._last >= self._every:
            self._last = time.monotonic()
            left = f", {state.seconds_left:.0f} s left" if state.seconds_left is not None else ""
            self.note(_sentence(state) + left)


class JsonLines(Lines):
    """One JSON object a line: `event` is start, progress, end, skipped or note."""

    @contextlib.contextmanager
    def phase(self, name: str, shards_total: int, why: str = "") -> Iterator[PhaseProgress]:
        self._write("start", phase=name, of=shards_total, why=why)
        self._last = time.monotonic()
        state = PhaseProgress(name, shards_total, why, show=self._show)
        yield state
        self._write("end", **state.figures())

    def skipped(self, phase: str, why: str) -> None:
        self._write("skipped", phase=phase, why=why)

    def note(self, text: str) -> None:
        self._write("note", text=text)

    def _show(self, state: PhaseProgress) -> None:
        if time.monotonic() - self._last >= self._every:
            self._last = time.monotonic()
            self._write("progress", **state.figures())

    def _write(self, event: str, **fields: object) -> None:
        print(json.dumps({"event": event, **fields}), file=self._stream, flush=True)


class Bars:
    """A bar a phase: shards, documents, MB/s, time left. When a phase ends its bar becomes a line."""

    def __init__(self) -> None:
        from rich.console import Console

        self._console = Console(stderr=True, highlight=False)

    @contextlib.contextmanager
    def phase(self, name: str, shards_total: int, why: str = "") -> Iterator[PhaseProgress]:
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        columns = (
            TextColumn("{task.description:<16}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("shards"),
            TextColumn("{task.fields[documents]:,} documents  {task.fields[rate]:.1f} MB/s"),
            TimeRemainingColumn(),
        )
        with RichProgress(*columns, console=self._console, transient=True) as bars:
            task = bars.add_task(name, total=shards_total, documents=0, rate=0.0)

            def show(state: PhaseProgress) -> None:
                rate = state.figures()["mb_per_second"]
                bars.update(task, completed=state.shards_done, documents=state.documents, rate=rate)

            state = PhaseProgress(name, shards_total, why, show=show)
            yield state
        self.note(_sentence(state))

    def skipped(self, phase: str, why: str) -> None:
        self.note(f"{phase}: stands ({why})")

    def note(self, text: str) -> None:
        self._console.print(text, markup=False)


def _shards(count: int) -> str:
    return f"{count} shard{'s' if count > 1 else ''}"


def _sentence(state: PhaseProgress) -> str:
    figures = state.figures()
    return (
        f"{state.name}: {state.shards_done}/{_shards(state.shards_total or state.shards_done)}, "
        f"{counted(state.documents, 'document')}, "
        f"{figures['mb_per_second']} MB/s, {state.seconds:.1f} s"
    )
