"""One rank as a process of its own group: started, told to drain, killed with all it started, and reaped.

Its stdout and stderr go to logs/attempt-N-rank-R.log; of rank 0 stdout is the supervisor's own and what it writes to
stderr is shown as it comes, so that one sees a run as if there were no supervisor.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from trainer.supervisor.launch import through
from trainer.supervisor.shown import show

_TAIL = 16 << 10  # bytes from the end of a log in which its last lines are looked for


class Rank:
    def __init__(self, command: list[str], rank: int, environment: dict[str, str], log: Path) -> None:
        self.rank, self.log = rank, log
        self._shown = 0  # bytes of the log that were passed through
        log.parent.mkdir(parents=True, exist_ok=True)
        with open(log, "wb") as out:
            self.process = subprocess.Popen(
                through(command),
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=None if rank == 0 else out,
                stderr=out,
                start_new_session=True,
            )

    def ended(self) -> int | None:
        """The exit code, below 0 for a signal; None while it runs.

        The rank is not reaped yet: its number must stay taken until `kill` has reached all of its group.
        """
        if self.process.returncode is not None:
            return self.process.returncode
        found = os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG)
        if found is None:
            return None
        return found.si_status if found.si_code == os.CLD_EXITED else -found.si_status

    def show(self) -> None:
        """Pass on what rank 0 has written to stderr since."""
        if self.rank == 0:
            with open(self.log, "rb") as log:
                log.seek(self._shown)
                new = log.read()
            self._shown += len(new)
            if new:
                show(new.decode(errors="replace"))

    def tell(self, number: int) -> None:
        if self.process.returncode is None:
            os.kill(self.process.pid, number)

    def last_lines(self, count: int = 12) -> list[str]:
        with open(self.log, "rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - _TAIL))
            return log.read().decode(errors="replace").splitlines()[-count:]


def kill(ranks: Iterable[Rank]) -> None:
    """End all of them and all that they have started, and reap them."""
    every = list(ranks)
    for rank in every:
        if rank.process.returncode is None:
            with suppress(ProcessLookupError, PermissionError):  # macOS says the latter of a group of the dead
                os.killpg(rank.process.pid, signal.SIGKILL)
    for rank in every:
        rank.process.wait()
        rank.show()


def said(code: int) -> str:
    """What an exit code means, in words."""
    if code >= 0:
        return f"ended with code {code}"
    try:
        return f"was killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"was killed by signal {-code}"
