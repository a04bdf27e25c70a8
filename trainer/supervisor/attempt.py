"""One attempt on one node: its ranks are watched until all have ended, or until something ends them.

Three things may come: a rank ends (0: done; drained; 2 or 3: final; all else a crash), no rank tells anything for
`faults.hang_after` seconds (a hang: stacks are asked for, then all are killed; before its first step, which comes after
footers, communicators and a checkpoint, it has `faults.start`), or someone outside wants an end (a
signal, another node). One rank's end is everyone's: no collective can work without it.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from trainer.supervisor import drain
from trainer.supervisor.agreement import Agreement, News
from trainer.supervisor.heartbeat import Beats
from trainer.supervisor.losses import Losses
from trainer.supervisor.rank import Rank, kill, said
from trainer.supervisor.signals import Signals
from trainer.supervisor.stragglers import Named
from trainer.supervisor.verdict import FINAL, Kind, Outcome

if TYPE_CHECKING:
    from trainer.recipe import Faults

_LOOK = 0.2  # seconds between looks at heartbeats
_STACKS = 1.0  # seconds for hung ranks to write their stacks


class Attempt:
    """`tell` writes an event."""

    def __init__(
        self, run: Path, number: int, host: str, faults: Faults, losses: Losses, tell: Callable[..., None]
    ) -> None:
        self.run, self.number, self.host, self.faults, self.losses, self.tell = run, number, host, faults, losses, tell
        self.ranks: list[Rank] = []
        self._named = Named(faults.straggler)
        self._drained_by: float | None = None
        self._asked = ""  # who asked to drain

    def run_to_its_end(
        self, start: list[tuple[list[str], int, dict[str, str], Path]], signals: Signals, together: Agreement
    ) -> Outcome:
        """Afterwards no process of it is left."""
        self.beats = Beats(self.run, [rank for _, rank, _, _ in start], self.number, time.monotonic())
        try:
            for command, rank, environment, log in start:
                self.ranks.append(Rank(command, rank, environment, log))
            while (outcome := self._look(signals, together)) is None:
                signals.wait(_LOOK)
            self.losses.ended(time.monotonic(), self.beats)
            return outcome
        finally:
            kill(self.ranks)

    def _look(self, signals: Signals, together: Agreement) -> Outcome | None:
        now = time.monotonic()
        for rank in self.ranks:
            rank.show()
        ended = {rank.rank: code for rank in self.ranks if (code := rank.ended()) is not None}
        if self.beats.look(now):
            self.losses.look(now, self.beats)
        news = together.beat(self.beats.work())
        self._tell_stragglers(news)
        if signals.kill:
            return self._outcome("killed", why="killed by a second SIGINT")
        if news.wanted == "kill":
            return self._outcome("stopped")
        if signals.drain or news.wanted == "drain" or drain.EXIT_CODE in ended.values():
            self._drain(signals.drain or "another node or rank", now)
        return self._of_ended(ended, now) or self._of_silence(ended, now)

    def _tell_stragglers(self, news: News) -> None:
        for one in self._named.new(news.work):
            said = {name: round(value, 6) for name, value in asdict(one).items()}
            host = news.hosts.get(one.rank)
            self.tell("straggler", attempt=self.number, step=self.beats.step, host=host, **said)

    def _drain(self, asked: str, now: float) -> None:
        if self._drained_by is None:
            self._drained_by, self._asked = now + self.faults.drain, asked
            self.tell("drain", attempt=self.number, host=self.host, asked=asked)
            for rank in self.ranks:
                rank.tell(signal.SIGTERM)

    def _of_ended(self, ended: dict[int, int], now: float) -> Outcome | None:
        draining = self._drained_by is not None
        fine = (0, drain.EXIT_CODE, *((-signal.SIGTERM,) if draining else ()))
        bad = [rank for rank, code in ended.items() if code not in fine]
        if bad:
            return self._of_failure(bad, ended)
        if len(ended) == len(self.ranks):
            if any(ended.values()):
                return self._outcome("drained", why=f"asked to leave ({self._asked}), and saved")
            return self._outcome("done")
        if self._drained_by is not None and now > self._drained_by:
            why = f"killed: not all ranks had ended {self.faults.drain:g} seconds (faults.drain) after the request"
            return self._outcome("drained", why=why)
        return None

    def _of_failure(self, bad: list[int], ended: dict[int, int]) -> Outcome:
        for rank in bad:
            if ended[rank] in FINAL:
                return self._outcome("final", rank, code=ended[rank], why=f"rank {rank} {said(ended[rank])}")
        first = min(bad, key=lambda rank: (ended[rank] > 0, rank))  # killed ranks make the others fail, not they them
        kind: Kind = "fault" if self._drained_by is None else "drained"
        return self._outcome(kind, first, cause="crash", why=f"rank {first} {said(ended[first])}")

    def _of_silence(self, ended: dict[int, int], now: float) -> Outcome | None:
        running = [rank.rank for rank in self.ranks if rank.rank not in ended]
        silent = self.beats.silent(running, lambda rank: self._patience(rank)[0], now)
        if not silent:
            return None
        for rank in self.ranks:
            if rank.rank in self.beats.last:
                rank.tell(signal.SIGUSR1)
        time.sleep(_STACKS)
        first = silent[0]
        seconds, field = self._patience(first)
        limit = f"for {seconds:g} seconds ({field})"
        reached = self.beats.reached(first)
        place = "before it had loaded" if reached < 0 else f"after step {reached}"
        alike = {self.beats.reached(rank) for rank in running}
        if len(silent) == len(running) > 1 and len(alike) == 1:  # in a collective that one of them does not come to
            why = f"no rank told anything {limit} {place}; their stacks are in {self.run}/logs"
            return self._outcome("fault", cause="hang", why=why)
        return self._outcome("fault", first, cause="hang", why=f"rank {first} told nothing {limit} {place}")

    def _patience(self, rank: int) -> tuple[float, str]:
        """How long it may be silent, and which field says so."""
        after, start = self.faults.hang_after, self.faults.start
        return (after, "faults.hang_after") if self.beats.stepped(rank) or after >= start else (start, "faults.start")

    def _outcome(
        self, kind: Kind, rank: int | None = None, *, code: int = 0, cause: str = "", why: str = ""
    ) -> Outcome:
        step = -1 if self.beats.step is None else self.beats.step
        tail: tuple[str, ...] = ()
        if rank is not None:
            tail = tuple(next(one for one in self.ranks if one.rank == rank).last_lines())
        return Outcome(kind, code, why, step, cause, rank, self.host, tail)
