"""The agreement of several nodes, as one of them sees it: a connection to the coordinator beside node 0.

Where the connection is lost the attempt is over, as ranks cannot work without node 0's either; the node then tries to
come back for `faults.node_wait` seconds, which is the time a scheduler has to start node 0 again.
"""

from __future__ import annotations

import json
import socket
import time
from dataclasses import asdict
from typing import Any

from trainer.errors import TrainingError, TrainingStopped
from trainer.supervisor.agreement import News, Orders
from trainer.supervisor.drain import EXIT_CODE
from trainer.supervisor.shown import show
from trainer.supervisor.signals import Signals
from trainer.supervisor.verdict import Outcome, Verdict

_BEAT = 2.0  # seconds
_RETRY = 0.5  # seconds
_PATIENCE = 10.0  # seconds before the user is told what is waited for


class Node:
    def __init__(self, address: tuple[str, int], node: int, wait: float, signals: Signals) -> None:
        self._address, self._node, self._wait, self._signals = address, node, wait, signals
        self._connection: socket.socket | None = None
        self._unread = b""
        self._news = News()
        self._beaten = 0.0

    def join(self, nproc: int, speeds: list[float]) -> Orders | Verdict:
        """Wait until all nodes are there. A verdict where they do not come, or someone wants us to leave."""
        joining = {"kind": "join", "node": self._node, "host": socket.gethostname(), "nproc": nproc, "speeds": speeds}
        self._news = News()
        since = time.monotonic()
        self._say({**joining, "clock": time.time()})
        told = False
        while not self._signals.drain:
            if not told and time.monotonic() - since > _PATIENCE:
                told = True
                show(f"waiting for the other nodes at {self._address[0]}:{self._address[1]}\n")
            self._live({})
            if self._connection is None and not (self._connect() and self._say({**joining, "clock": time.time()})):
                if time.monotonic() - since > self._wait:
                    why = f"{self._address[0]}:{self._address[1]}: node 0 did not answer within {self._wait:g} seconds"
                    return Verdict(TrainingStopped.exit_code, f"{why} (faults.node_wait)")
                self._signals.pause(_RETRY)
            orders = None
            for said in self._hear(_RETRY):
                if said["kind"] == "begin":
                    orders = Orders(said["attempt"], said["world"], said["first"], self._address[0], said["port"])
                elif said["kind"] == "want" and orders is not None:  # another node's attempt was a short one
                    self._news = News(said["wanted"])
                elif said["kind"] == "verdict":
                    return _verdict(said)
            if orders is not None:
                return orders
        self._say({"kind": "leave", "node": self._node})
        return Verdict(EXIT_CODE, "asked to leave between two attempts")

    def beat(self, work: dict[int, float]) -> News:
        """What the others want, once they know that this node lives and what its ranks do."""
        self._live(work)
        for said in self._hear(0.0):
            if said["kind"] == "want":
                self._news = News(said["wanted"], self._news.work, self._news.hosts)
            elif said["kind"] == "work":
                work, hosts = ({int(rank): one for rank, one in said[name].items()} for name in ("work", "hosts"))
                self._news = News(self._news.wanted, work, hosts)
        return self._news if self._connection is not None else News("kill")

    def settle(self, outcome: Outcome) -> Verdict:
        """What follows, once every node has told how its ranks ended."""
        self._say({"kind": "settle", "outcome": asdict(outcome)})
        while self._connection is not None:
            self._live({})
            for said in self._hear(_RETRY):
                if said["kind"] == "verdict":
                    return _verdict(said)
        if outcome.kind in ("drained", "killed", "final"):
            return Verdict(EXIT_CODE if outcome.kind == "drained" else outcome.code, outcome.why, outcome=outcome)
        return Verdict(None, "node 0 is gone")

    def _live(self, work: dict[int, float]) -> None:
        """A sign of life every `_BEAT` seconds, also while others are waited for."""
        if time.monotonic() - self._beaten > _BEAT:
            self._beaten = time.monotonic()
            self._say({"kind": "beat", "work": work})

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connect(self) -> bool:
        try:
            self._connection = socket.create_connection(self._address, timeout=5.0)
        except OSError:
            return False
        self._unread = b""
        return True

    def _say(self, said: dict[str, Any]) -> bool:
        try:
            if self._connection is None:
                return False
            self._connection.sendall(json.dumps(said).encode() + b"\n")
        except OSError:
            self.close()
            return False
        return True

    def _hear(self, seconds: float) -> list[dict[str, Any]]:
        """What the coordinator has said, waited for so long at most."""
        if self._connection is None:
            return []
        try:
            self._connection.settimeout(max(seconds, 1e-4))
            new = self._connection.recv(1 << 16)
        except TimeoutError:
            return []
        except OSError:
            new = b""
        if not new:
            self.close()
            return []
        *lines, self._unread = (self._unread + new).split(b"\n")
        return [self._understood(line) for line in lines]

    def _understood(self, line: bytes) -> dict[str, Any]:
        try:
            said = json.loads(line)
        except ValueError:
            said = None
        if isinstance(said, dict) and "kind" in said:
            return said
        at = f"{self._address[0]}:{self._address[1]}"
        raise TrainingError(f"--rendezvous {at}: another program answers there; name a free port of node 0")


def address(rendezvous: str | None) -> tuple[str, int]:
    """Of HOST:PORT; TrainingError where it is not so."""
    host, _, port = (rendezvous or "").rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 1 << 16:
        raise TrainingError(f"--rendezvous {rendezvous}: is written host:port, such as node0:29400")
    return host.strip("[]"), int(port)


def _verdict(said: dict[str, Any]) -> Verdict:
    outcome = said.get("outcome")
    if outcome is not None:
        outcome = Outcome(**{**outcome, "tail": tuple(outcome["tail"])})
    return Verdict(said["code"], said.get("why", ""), said.get("pause", 0.0), outcome)
