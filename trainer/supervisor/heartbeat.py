"""Signs of life: a small file a rank, written anew after each step, read by the supervisor.

A rank that stands still looks like one that works until a collective times out, which costs many minutes and names
nobody. So every rank says which step it has done and how long it worked at it. The record is overwritten in place with
one write of fixed size: no rename and no directory entry a step, which shared file systems feel at thousands of ranks;
about 10 µs on a local disk. A record read half old and half new is no JSON or differs little: the next look mends it.
Silence is measured by the reader's own clock, so that clocks of machines need not agree.

Being a file, it can also be asked for more: SIGUSR1 makes the rank write the stack of each thread to its stderr, which
is how a hang is explained before it is ended.
"""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import statistics
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

FOLDER = "heartbeats"
RECENT = 16  # steps whose median is told: one slow step makes no straggler
LEAST_STEPS = 8  # in an attempt before its work counts: first steps compile and fill caches
_WIDTH = 256  # bytes of a record


@dataclass(frozen=True)
class Beat:
    rank: int
    pid: int
    attempt: int
    step: int | None  # steps done; None until the state is loaded
    loaded: int | None  # the step that this attempt began at
    work: float | None  # median seconds of work in recent steps
    steps: int  # done in this attempt
    at: float  # seconds, by the clock that all processes of a machine share


class Heartbeat:
    """The rank's side."""

    def __init__(self, run: str | Path, rank: int) -> None:
        self._rank = rank
        self._attempt = int(os.environ.get("CURATE_ATTEMPT", 0))
        self._loaded: int | None = None
        self._work: deque[float] = deque(maxlen=RECENT)
        self._steps = 0
        path = file(run, rank)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._out = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        # The real stderr: in a notebook or under a test sys.stderr is no file.
        if sys.__stderr__ is not None:  # of an ablation it may be closed
            faulthandler.register(signal.SIGUSR1, file=sys.__stderr__, all_threads=True)
        self._write(None)

    def loaded(self, step: int) -> None:
        """The model and its state are those after `step` steps: from here on time is spent on training."""
        self._loaded = step
        self._write(step)

    def beat(self, step: int, seconds_of_work: float) -> None:
        """`step` steps are done; the last one took this rank so long without its waiting for others."""
        self._work.append(seconds_of_work)
        self._steps += 1
        self._write(step)

    def alive(self) -> None:
        """Nothing new is done, and what takes so long is known."""
        self._write(self._step)

    def close(self) -> None:
        os.close(self._out)

    def _write(self, step: int | None) -> None:
        self._step = step
        work = statistics.median(self._work) if self._work else None
        record = {
            "rank": self._rank,
            "pid": os.getpid(),
            "attempt": self._attempt,
            "step": step,
            "loaded": self._loaded,
            "work": work,
            "steps": self._steps,
            "at": time.monotonic(),  # each record differs from the one before
        }
        os.pwrite(self._out, json.dumps(record).encode().ljust(_WIDTH - 1) + b"\n", 0)


def file(run: str | Path, rank: int) -> Path:
    return Path(run) / FOLDER / f"rank-{rank:05d}.json"


class Beats:
    """The supervisor's side: the last beat of each of its ranks, and how long ago it was seen."""

    def __init__(self, run: Path, ranks: Iterable[int], attempt: int, now: float) -> None:
        self._files = {rank: file(run, rank) for rank in ranks}
        self._attempt = attempt
        self._read = dict.fromkeys(self._files, b"")
        self.seen = dict.fromkeys(self._files, now)
        self.last: dict[int, Beat] = {}
        for path in self._files.values():
            path.unlink(missing_ok=True)

    def look(self, now: float) -> bool:
        """Read every file; whether any rank had something new to tell."""
        changed = False
        for rank, path in self._files.items():
            try:
                content = path.read_bytes()
            except OSError:
                continue
            if content != self._read[rank] and (beat := _beat(content)) and beat.attempt == self._attempt:
                self._read[rank], self.last[rank], self.seen[rank] = content, beat, now
                changed = True
        return changed

    @property
    def step(self) -> int | None:
        """Steps done by the rank that is furthest."""
        return max((beat.step for beat in self.last.values() if beat.step is not None), default=None)

    @property
    def loaded(self) -> int | None:
        """The step that this attempt began at, once a rank has told it."""
        return max((beat.loaded for beat in self.last.values() if beat.loaded is not None), default=None)

    @property
    def begun(self) -> bool:
        """Whether every rank has told something."""
        return len(self.last) == len(self._files)

    @property
    def newest(self) -> float:
        """When the last sign of life was given; where there was none, when the attempt began."""
        return max((beat.at for beat in self.last.values()), default=min(self.seen.values()))

    def work(self) -> dict[int, float]:
        """Median seconds of work in recent steps, of ranks that have done enough of them."""
        return {
            rank: beat.work
            for rank, beat in sorted(self.last.items())
            if beat.work is not None and beat.steps >= LEAST_STEPS
        }

    def silent(self, ranks: Iterable[int], longer_than: Callable[[int], float], now: float) -> list[int]:
        """Those of `ranks` that have told nothing for so many seconds: first the one that is furthest behind."""
        late = [rank for rank in ranks if now - self.seen[rank] > longer_than(rank)]
        return sorted(late, key=lambda rank: (self.reached(rank), self.seen[rank], rank))

    def stepped(self, rank: int) -> bool:
        """Whether it has done a step in this attempt."""
        return rank in self.last and self.last[rank].steps > 0

    def reached(self, rank: int) -> int:
        """The steps that it has done; -1 before it has loaded, -2 before it has told anything."""
        beat = self.last.get(rank)
        return -2 if beat is None else -1 if beat.step is None else beat.step


def _beat(content: bytes) -> Beat | None:
    try:
        return Beat(**json.loads(content))
    except (ValueError, TypeError):
        return None
