"""The outer loop of a run: check the node, start the ranks, watch them, and begin anew after a fault.

Each attempt is a world of its own with a fresh port for its rendezvous: what is left of a dead process group cannot
be mended from inside. All state that matters is in the checkpoints, so an attempt needs to know nothing of the last.

Exit codes: 0 done; 2 wrong input, 3 cannot go on (both as the ranks say, 3 also when the restarts are used up);
75 (`drain.EXIT_CODE`) drained after SIGTERM, SIGINT or SIGHUP: the same command continues; 130 killed by a second
SIGINT.

events.jsonl tells all of it: `session` and `session_end` (code, why, seconds lost by cause), `node_check`, `attempt`,
`fault` (cause crash, hang or node; rank, host, step, why), `lost` (of one fault), `straggler` and `drain`. Of several
nodes the first tells what concerns all; each tells its own session and check.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trainer import events
from trainer.errors import TrainingError, TrainingStopped
from trainer.supervisor import drain
from trainer.supervisor.agreement import Agreement, Alone, Orders
from trainer.supervisor.attempt import Attempt
from trainer.supervisor.coordinator import Coordinator
from trainer.supervisor.losses import CAUSES, Loss, Losses
from trainer.supervisor.node_check import check
from trainer.supervisor.nodes import Node, address
from trainer.supervisor.shown import show
from trainer.supervisor.signals import Signals
from trainer.supervisor.verdict import Budget, Outcome, Verdict

if TYPE_CHECKING:
    from trainer.recipe import Faults  # pydantic takes longer to import than all of this

LOGS = "logs"


def supervise(
    command: list[str],
    run: Path,
    nproc: int,
    faults: Faults,
    nodes: int = 1,
    node_rank: int = 0,
    rendezvous: str | None = None,
    fits: Callable[[int], bool] | None = None,
) -> int:
    """Run `nproc` ranks of `command` on this node until all are done. The exit code to end with.

    Of several nodes each calls it with its own `node_rank`, and the same `rendezvous` (HOST:PORT, of node 0). `fits`
    says whether so many ranks could go on where a node stays away; without it all nodes are waited for.
    """
    where = address(rendezvous) if nodes > 1 else None
    run.mkdir(parents=True, exist_ok=True)
    budget, attempt = Budget(faults.restarts), _next_attempt(run)
    with ExitStack() as closing:
        signals = closing.enter_context(Signals())
        together: Agreement = Alone(budget, attempt)
        if where is not None:
            if node_rank == 0:
                coordinator = _coordinator(where, nodes, attempt, budget, faults, fits)
                closing.callback(coordinator.close)
            together = Node(where, node_rank, faults.node_wait, signals)
            closing.callback(together.close)
        return _Session(command, run, nproc, node_rank, faults, signals, together).to_the_end()


def _coordinator(
    where: tuple[str, int],
    nodes: int,
    attempt: int,
    budget: Budget,
    faults: Faults,
    fits: Callable[[int], bool] | None,
) -> Coordinator:
    try:
        return Coordinator(where, nodes, attempt, budget, faults.node_wait, faults.straggler, fits)
    except OSError as error:
        why = f"--rendezvous {where[0]}:{where[1]}: cannot listen there ({error.strerror}); name an address of node 0"
        raise TrainingError(why) from None


class _Session:
    """What one supervisor knows between attempts. What concerns all nodes is told by node 0."""

    def __init__(
        self,
        command: list[str],
        run: Path,
        nproc: int,
        node: int,
        faults: Faults,
        signals: Signals,
        together: Agreement,
    ) -> None:
        self.command, self.run, self.nproc, self.node, self.faults = command, run, nproc, node, faults
        self.signals, self.together = signals, together
        self.host = socket.gethostname()
        self.losses = Losses(self._tell_loss)
        self.lost = dict.fromkeys(CAUSES, 0.0)
        self.steps_redone = self.restarts = 0

    def to_the_end(self) -> int:
        began = time.monotonic()
        self._event("session", host=self.host, ranks=self.nproc)
        verdict = Verdict(1, "the supervisor itself failed")
        try:
            verdict = self._attempts()
            if self.restarts and self.node == 0:
                _say(self._cost())
            if verdict.why:
                _say(verdict.why + ("; the same command continues" if verdict.code == drain.EXIT_CODE else ""))
            return verdict.code or 0
        except OSError as error:
            verdict = Verdict(TrainingStopped.exit_code, f"{error.filename}: {error.strerror}")
            raise TrainingStopped(f"{verdict.why}; mend that, and the same command continues") from None
        finally:
            self._tell_end(verdict, time.monotonic() - began)

    def _attempts(self) -> Verdict:
        while True:
            checked = check(self.run, self.nproc, self.faults.straggler)
            self._event("node_check", host=self.host, **vars(checked))
            if checked.why:
                return Verdict(TrainingStopped.exit_code, f"{self.host} does not join: {checked.why}")
            if self.signals.drain:
                return Verdict(drain.EXIT_CODE, "asked to leave between two attempts")
            orders = self.together.join(self.nproc, checked.speeds if checked.device != "cpu" else [])
            if isinstance(orders, Verdict):
                return orders
            outcome = self._attempt(orders)
            noticed = time.monotonic()
            verdict = self.together.settle(outcome)
            self._tell(orders, verdict)
            if verdict.code is not None:
                return verdict
            self.restarts += 1
            self.losses.fault(orders.attempt, noticed)
            self.signals.pause(verdict.pause)

    def _attempt(self, orders: Orders) -> Outcome:
        self._event("attempt", attempt=orders.attempt, host=self.host, world=orders.world)
        logs = self.run / LOGS
        start = [
            (
                self.command,
                orders.first + local,
                _environment(orders, local, self.nproc),
                logs / f"attempt-{orders.attempt}-rank-{orders.first + local}.log",
            )
            for local in range(self.nproc)
        ]
        attempt = Attempt(self.run, orders.attempt, self.host, self.faults, self.losses, self._event)
        return attempt.run_to_its_end(start, self.signals, self.together)

    def _tell(self, orders: Orders, verdict: Verdict) -> None:
        of = verdict.outcome
        if of is not None and of.rank and of.tail:  # rank 0's were shown as they came
            _say(f"the last lines of rank {of.rank} on {of.host}:", *(f"  {line}" for line in of.tail))
        if of is not None and of.kind == "fault" and self.node == 0:
            said = {"cause": of.cause, "rank": of.rank, "host": of.host, "step": of.step, "why": of.why}
            self._event("fault", attempt=orders.attempt, **said)
        if verdict.code is None:
            _say(f"{verdict.why}; beginning attempt {orders.attempt + 1} from the last checkpoint")

    def _event(self, kind: str, **said: Any) -> None:
        try:
            events.append(self.run, kind, node=self.node, **said)
        except OSError as error:  # a full disk must not end what still runs
            _say(f"{self.run}/{events.FILE}: {kind} could not be told ({error.strerror})")

    def _tell_loss(self, loss: Loss) -> None:
        for cause, spent in loss.seconds.items():
            self.lost[cause] += spent
        self.steps_redone += loss.steps
        seconds = {cause: round(spent, 3) for cause, spent in loss.seconds.items()}
        if self.node == 0:
            self._event("lost", attempt=loss.attempt, seconds=seconds, steps=loss.steps)

    def _cost(self) -> str:
        parts = ", ".join(f"{cause} {seconds:.1f}" for cause, seconds in self.lost.items())
        total = sum(self.lost.values())
        return f"faults cost {total:.1f} seconds ({parts}); {self.steps_redone} steps were done again"

    def _tell_end(self, verdict: Verdict, elapsed: float) -> None:
        said = {
            "code": verdict.code,
            "why": verdict.why,
            "elapsed": round(elapsed, 3),
            "restarts": self.restarts,
            "lost": {cause: round(seconds, 3) for cause, seconds in self.lost.items()},
            "steps_redone": self.steps_redone,
        }
        self._event("session_end", host=self.host, **said)


def _environment(orders: Orders, local: int, nproc: int) -> dict[str, str]:
    """As torchrun names it, so that a worker runs under either."""
    said = {
        "RANK": orders.first + local,
        "LOCAL_RANK": local,
        "WORLD_SIZE": orders.world,
        "LOCAL_WORLD_SIZE": nproc,
        "MASTER_ADDR": orders.address,
        "MASTER_PORT": orders.port,
        "CURATE_ATTEMPT": orders.attempt,
    }
    return {name: str(value) for name, value in said.items()}


def _next_attempt(run: Path) -> int:
    """Attempts are counted through all commands of a run, so that no log is overwritten."""
    return 1 + max((event["attempt"] for event in events.read(run) if event["kind"] == "attempt"), default=-1)


def _say(*lines: str) -> None:
    show("".join(f"{line}\n" for line in lines))
