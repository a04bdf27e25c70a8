"""What lets the supervisors of several nodes begin and end each attempt together; it runs beside node 0's.

A line of JSON over TCP is all the protocol. A node says `join` before an attempt, `beat` during it, `settle` after it,
and `leave` where it is asked to end in between. It hears `begin` (attempt, first rank, world, port) when all have
joined, `want` (kill or drain) when another node has ended, and `verdict` when all have settled. A node whose connection
ends or that says nothing for `SILENT` seconds has failed: the others are ended, and wait for it to come back. So all
attempts are the same on every node, and a fresh port is agreed on for each.

Torch's own store would do as well, but importing torch takes seconds, and the supervisor is to outlive its faults.
The messages are plain data and nobody is authenticated: the port belongs in the cluster's own network, as torch's does.
"""

from __future__ import annotations

import json
import resource
import selectors
import socket
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from trainer.errors import TrainingStopped
from trainer.supervisor.agreement import free_port
from trainer.supervisor.drain import EXIT_CODE
from trainer.supervisor.verdict import Budget, Outcome, judge

SILENT = 30.0  # seconds; a node says something every two
_LONGEST = 1 << 20  # bytes of a line
_CLOCK = 60.0  # seconds that a node's clock may be off


@dataclass(eq=False)
class Member:
    """One node's connection."""

    connection: socket.socket
    heard: float
    node: int = -1
    host: str = ""
    unread: bytes = b""
    joined: dict[str, Any] | None = None  # waits for the next attempt
    taking_part: bool = False
    outcome: Outcome | None = None
    work: dict[int, float] = field(default_factory=dict)


class Coordinator:
    """`fits(world)` says whether so many ranks could train; with None all nodes are waited for, `wait` seconds."""

    def __init__(
        self,
        address: tuple[str, int],
        nodes: int,
        attempt: int,
        budget: Budget,
        wait: float,
        slow: float,
        fits: Callable[[int], bool] | None = None,
    ) -> None:
        self._nodes, self._attempt, self._budget = nodes, attempt, budget
        self._wait, self._slow, self._fits = wait, slow, fits
        self._address = address
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # a connection a node; 1,024 is a common limit
        self._server = socket.create_server(address, backlog=4096)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._server, selectors.EVENT_READ)
        self._members: list[Member] = []
        self._lost: list[Outcome] = []  # of nodes that failed in this attempt
        self._under_way = False
        self._waiting_since: float | None = None
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="coordinator", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """After the last verdict has been sent."""
        self._closed.set()
        self._thread.join()

    def _serve(self) -> None:
        try:
            while not self._closed.is_set():
                self._turn()
        finally:  # whatever happens, no node waits for an answer that will not come
            self._server.close()
            for member in self._members:
                _part(member.connection)
            self._selector.close()

    def _turn(self) -> None:
        for key, _ in self._selector.select(0.2):
            if key.fileobj is self._server:
                self._accept()
            elif key.data in self._members:
                self._receive(key.data)
        now = time.monotonic()
        for member in [one for one in self._members if now - one.heard > SILENT]:
            self._drop(member)
        self._begin_where_all_joined(now)
        self._end_where_all_settled()

    def _accept(self) -> None:
        connection, _ = self._server.accept()
        connection.settimeout(5.0)
        member = Member(connection, time.monotonic())
        self._members.append(member)
        self._selector.register(connection, selectors.EVENT_READ, member)

    def _receive(self, member: Member) -> None:
        try:
            new = member.connection.recv(1 << 16)
        except OSError:
            new = b""
        *lines, member.unread = (member.unread + new).split(b"\n")
        if not new or len(member.unread) > _LONGEST:
            return self._drop(member)
        member.heard = time.monotonic()
        for line in lines:
            try:
                self._hear(member, json.loads(line))
            except (ValueError, KeyError, TypeError, AttributeError):  # no supervisor: something that scans ports
                return self._drop(member)
        return None

    def _hear(self, member: Member, said: dict[str, Any]) -> None:
        kind = said["kind"]
        if kind == "join":
            for other in [one for one in self._members if one.node == said["node"] and one is not member]:
                self._drop(other)  # it was started again before we knew that it had died
            member.node, member.host, member.joined = said["node"], said["host"], said
            if (off := abs(said["clock"] - time.time())) > _CLOCK:
                why = f"the clock of {member.host} is {off:.0f} seconds off node 0's; set it"
                self._dismiss(member, TrainingStopped.exit_code, f"{why}, as object stores refuse requests of such")
        elif kind == "beat":
            member.work = {int(rank): float(seconds) for rank, seconds in said["work"].items()}
            self._send(member, {"kind": "work", **self._work()} if member.node == 0 else {"kind": "heard"})
        elif kind == "settle":
            member.outcome = Outcome(**{**said["outcome"], "tail": tuple(said["outcome"]["tail"])})
            if member.outcome.kind not in ("done", "stopped"):
                self._want("drain" if member.outcome.kind == "drained" else "kill")
        elif kind == "leave":
            for other in [one for one in self._members if one.joined is not None]:
                self._dismiss(other, EXIT_CODE, f"node {said['node']} was asked to leave")

    def _drop(self, member: Member) -> None:
        self._members.remove(member)
        self._selector.unregister(member.connection)
        member.connection.close()
        if member.taking_part:
            why = f"node {member.node} is gone"
            self._lost.append(Outcome("fault", cause="node", why=why, host=member.host))
            self._want("kill")

    def _want(self, wanted: str) -> None:
        for member in [one for one in self._members if one.taking_part and one.outcome is None]:
            self._send(member, {"kind": "want", "wanted": wanted})

    def _begin_where_all_joined(self, now: float) -> None:
        joined = sorted((one for one in self._members if one.joined is not None), key=lambda one: one.node)
        if self._under_way or not joined:
            return
        self._waiting_since = self._waiting_since or now
        joined = self._without_slow(joined)
        world = sum(one.joined["nproc"] for one in joined if one.joined)
        if len(joined) < self._nodes:
            if now - self._waiting_since < self._wait:
                return
            if self._fits is None or joined[0].node != 0 or not self._fits(world):
                return self._give_up(joined)
        self._begin(joined, world)
        return None

    def _begin(self, joined: list[Member], world: int) -> None:
        port, first = free_port(self._address[0]), 0
        for member in joined:
            nproc = member.joined["nproc"] if member.joined else 0
            member.taking_part, member.joined, member.outcome, member.work = True, None, None, {}
            orders = {"attempt": self._attempt, "world": world, "first": first, "port": port}
            self._send(member, {"kind": "begin", **orders})
            first += nproc
        self._attempt += 1
        self._under_way, self._waiting_since = True, None

    def _without_slow(self, joined: list[Member]) -> list[Member]:
        """Once all are there, the nodes whose slowest device is far below the median device are sent away."""
        speeds = {one.node: min(one.joined["speeds"], default=0.0) for one in joined if one.joined}
        if len(joined) < self._nodes or min(speeds.values()) <= 0:
            return joined
        median = statistics.median_high(speeds.values())
        for member in joined:
            if speeds[member.node] * self._slow < median:
                speed = f"{speeds[member.node]:.3g} TFLOP/s where the median node has {median:.3g}"
                self._dismiss(member, TrainingStopped.exit_code, f"node {member.node} is slow: {speed}")
        return [one for one in joined if one.joined is not None]

    def _give_up(self, joined: list[Member]) -> None:
        missing = sorted(set(range(self._nodes)) - {one.node for one in joined})
        names = ", ".join(str(node) for node in missing)
        why = f"node {names} did not come within {self._wait:g} seconds (faults.node_wait)"
        for member in joined:
            self._dismiss(member, TrainingStopped.exit_code, why)

    def _dismiss(self, member: Member, code: int, why: str) -> None:
        """It waits for an attempt, and is to end."""
        member.joined = None
        self._send(member, {"kind": "verdict", "code": code, "why": why})

    def _end_where_all_settled(self) -> None:
        taking_part = [one for one in self._members if one.taking_part]
        if not self._under_way or any(one.outcome is None for one in taking_part):
            return
        outcomes = [one.outcome for one in taking_part if one.outcome is not None] + self._lost
        verdict = judge(outcomes, self._budget)
        for member in taking_part:
            member.taking_part = False
            self._send(member, {"kind": "verdict", **asdict(verdict)})
        self._under_way, self._lost = False, []

    def _work(self) -> dict[str, Any]:
        """Of all ranks, for node 0 to find stragglers in."""
        work = {rank: seconds for one in self._members for rank, seconds in one.work.items()}
        return {"work": work, "hosts": {rank: one.host for one in self._members for rank in one.work}}

    def _send(self, member: Member, said: dict[str, Any]) -> None:
        try:
            member.connection.sendall(json.dumps(said).encode() + b"\n")
        except OSError:
            member.heard = -SILENT  # dropped at the next turn


def _part(connection: socket.socket) -> None:
    """Close it so that what was sent last arrives: a plain close drops it where something unread lies about."""
    try:
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(2.0)
        while connection.recv(1 << 16):
            pass
    except OSError:
        pass
    connection.close()
