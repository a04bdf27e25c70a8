"""What the supervisors of a run agree on between and during attempts: who takes part, and what follows from an end.

`Alone` is the agreement of a single node with itself. `Node` (module `nodes`) asks the one that runs beside node 0.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from typing import Protocol

from trainer.supervisor.verdict import Budget, Outcome, Verdict, judge

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Orders:
    """Of one attempt, for one node."""

    attempt: int
    world: int  # ranks of all nodes
    first: int  # rank of this node's first process
    address: str  # where rank 0 listens
    port: int  # fresh each attempt


@dataclass(frozen=True)
class News:
    """What other nodes want (nothing, `drain`, `kill`); seconds of work by rank, and where it runs, as known here."""

    wanted: str = ""
    work: dict[int, float] = field(default_factory=dict)
    hosts: dict[int, str] = field(default_factory=dict)


class Agreement(Protocol):
    def join(self, nproc: int, speeds: list[float]) -> Orders | Verdict: ...

    def beat(self, work: dict[int, float]) -> News: ...

    def settle(self, outcome: Outcome) -> Verdict: ...

    def close(self) -> None: ...


class Alone:
    def __init__(self, budget: Budget, attempt: int) -> None:
        self._budget, self._attempt = budget, attempt

    def join(self, nproc: int, speeds: list[float]) -> Orders | Verdict:
        orders = Orders(self._attempt, nproc, 0, LOOPBACK, free_port(LOOPBACK))
        self._attempt += 1
        return orders

    def beat(self, work: dict[int, float]) -> News:
        return News("", work, dict.fromkeys(work, socket.gethostname()))

    def settle(self, outcome: Outcome) -> Verdict:
        return judge([outcome], self._budget)

    def close(self) -> None:
        pass


def free_port(host: str) -> int:
    """One that nobody listens on now. Should another process take it before rank 0 does, that costs one attempt."""
    with socket.create_server((host, 0)) as server:
        return server.getsockname()[1]
