"""Checkpoints of a run: saved behind training's back, and loaded onto any mesh.

`save` copies this rank's part into memory and returns; a thread writes it, and rank 0 makes the checkpoint count when
all ranks have written theirs. Training stands still only for the copy. `load` takes the newest one that is whole: a
damaged one is passed over, told in events.jsonl, and the next older serves, on all ranks alike. Ranks that hold other
parts than those that saved read just the slices they need.

One failed save is an event, since the checkpoint before still stands; two in a row stop the run.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch.distributed as dist
from torch import Tensor

from trainer import events
from trainer.checkpoint import keep as keeping
from trainer.checkpoint import layout, read, write
from trainer.checkpoint.folder import Folder
from trainer.checkpoint.layout import Complete, Damaged
from trainer.checkpoint.near import Near
from trainer.checkpoint.plan import Plan, Tensors, holdings, plan
from trainer.checkpoint.ranks import Ranks
from trainer.checkpoint.snapshot import Snapshot
from trainer.checkpoint.state import state
from trainer.errors import TrainingError, TrainingStopped

FAILURES = 2  # in a row, after which the run stops


class Checkpoints:
    """All ranks make one, and call its methods in the same order."""

    def __init__(
        self,
        folder: str | Path,
        keep: int,
        fingerprint: dict[str, Any],
        group: dist.ProcessGroup | None = None,
        run: str | Path | None = None,
        alone: bool = False,
        regular: Callable[[int], bool] = lambda step: True,
        near: str | None = None,
    ) -> None:
        """`fingerprint` is the model's shape; events go to `run`; `alone`: this process speaks for all; of the steps
        that are not `regular` only the newest is kept where there are others; `near` is a folder of this node's
        memory, for a second copy of each rank's newest file.

        TrainingError where `folder` cannot be written to.
        """
        self.folder, self.keep, self.regular, self.run = Folder(str(folder)), keep, regular, run
        self.fingerprint = json.loads(json.dumps(fingerprint))  # as it comes back
        self.last: int | None = None  # the newest step that this process saved or loaded whole
        self.near = Near(near, self.folder.url) if near is not None else None
        self._ranks = Ranks(group, alone)
        self._plan: Plan | None = None
        self._snapshot = Snapshot()
        self._thread: threading.Thread | None = None
        self.failed: str | None = None  # what went wrong with the save that ended last
        self._failures = 0
        self._fetched = 0  # bytes that rank 0 read from the store when it last loaded
        self._ranks.decided(lambda: keeping.probe(self.folder))

    def save(self, step: int, tensors: Tensors, progress: dict[str, Any]) -> None:
        """Begin to save; the tensors may be changed as soon as it returns. Waits for the save before.

        Names and placements are the same at each call: the ranks agree once on who writes what.
        """
        began = time.perf_counter()
        self.wait()
        said, held = holdings(tensors)
        if self._plan is None or self._plan.described != said:
            self._plan = plan(said, self._ranks)
        self._snapshot.take(self._plan, held)
        blocked = time.perf_counter() - began
        # A daemon: a process that fails need not wait for ranks that are gone.
        self._thread = threading.Thread(
            target=self._write, args=(self._plan, step, progress, blocked), name="checkpoint", daemon=True
        )
        self._thread.start()

    def wait(self) -> None:
        """Until the last save has ended. TrainingStopped when it is the second in a row that failed."""
        if self._thread is None:
            return
        self._thread.join()
        self._thread = None
        if self.failed is None:
            self._failures = 0
            return
        self._failures += 1
        if self._failures >= FAILURES:
            raise TrainingStopped(f"{self.failed} ({self._failures} checkpoints in a row could not be saved)")

    def _write(self, plan: Plan, step: int, progress: dict[str, Any], blocked: float) -> None:
        began = time.perf_counter()
        try:
            said = Complete(step, 0, self.fingerprint, progress, {})
            content = self._snapshot.content
            size = write.write(self.folder, self._ranks, plan, content, said, self.keep, self.regular, self.near)
        except Exception as error:  # whatever it was: training must not end by it, and must hear of it
            self.failed = str(error) or type(error).__name__
            self._tell("checkpoint_failed", step=step, why=self.failed)
            return
        self.failed, self.last = None, step
        seconds = time.perf_counter() - began
        self._tell("checkpoint", step=step, bytes=size, blocked=round(blocked, 4), seconds=round(seconds, 4))

    def forget_near(self) -> None:
        """Give back the memory of this node; for who does not come back here."""
        self.wait()
        if self.near is not None:
            self.near.forget(self._ranks.rank)

    def state(self, step: int | None = None, kind: str = "model") -> dict[str, Tensor]:
        """Whole tensors by name, in this process alone; `trainer.checkpoint.state` where one only reads."""
        return state(self.folder, step, kind)

    def load(self, tensors: Tensors, at_most: int | None = None) -> dict[str, Any] | None:
        """Fill `tensors` from the newest whole checkpoint (of step `at_most` or before), and give its progress.

        None where there is none to load, not even a damaged one. Checkpoints newer than the one that was loaded do not
        count any more: what they hold is damaged, or of a course that the run has left.
        """
        self.wait()
        began = time.perf_counter()
        passed: list[tuple[int, str]] = []
        while True:
            said = self._ranks.decided(lambda: self._next(at_most, passed))
            if said is None:
                return None
            complete = Complete.of(said["complete"].encode())
            why = self._agreed(self._filled(complete, said["index"], tensors))
            if why is None:
                break
            if self._ranks.first:
                self._pass_over(complete.step, why, passed)
        self._ranks.decided(lambda: keeping.give_up_newer(self.folder, complete.step))
        self.last = complete.step
        seconds = round(time.perf_counter() - began, 4)
        self._tell("checkpoint_loaded", step=complete.step, seconds=seconds, fetched=self._fetched)
        return complete.progress

    def _next(self, at_most: int | None, passed: list[tuple[int, str]]) -> dict[str, Any] | None:
        """On rank 0: the newest checkpoint not passed over yet."""
        done = {step for step, _ in passed}
        unfinished, finished = keeping.steps(self.folder)
        for step in sorted(unfinished | finished, reverse=True):
            if step in done or (at_most is not None and step > at_most):
                continue
            try:
                complete, index = read.opened(self.folder, step)
            except Damaged as damage:
                self._pass_over(step, str(damage), passed)
                continue
            keeping.same_shape(f"{self.folder.url}/{layout.step_folder(step)}", complete.fingerprint, self.fingerprint)
            return {"complete": complete.to_json().decode(), "index": index}
        if any(step in finished for step, _ in passed):
            raise TrainingError(
                f"{self.folder.url}: none of its checkpoints is whole ({layout.step_folder(passed[0][0])}: "
                f"{passed[0][1]}); bring one back from a copy, or remove the folder to begin anew"
            )
        return None

    def _filled(self, complete: Complete, index: Any, tensors: Tensors) -> list[str] | None:
        """What went wrong on this rank: a kind and a sentence."""
        try:
            self._fetched = read.fill(self.folder, complete, index, tensors, self.near)
        except Damaged as damage:
            return ["damaged", str(damage)]
        except TrainingStopped as error:
            return ["stopped", str(error)]
        except TrainingError as error:
            return ["wrong", str(error)]
        return None

    def _agreed(self, wrong: list[str] | None) -> str | None:
        """Why the checkpoint is passed over, or None; the same on all ranks."""
        found = [each for each in self._ranks.gather(wrong) if each]
        found = self._ranks.broadcast(found[:1] if len({kind for kind, _ in found}) < 2 else sorted(found)[::-1][:1])
        if not found:
            return None
        kind, said = found[0]
        if kind == "damaged":
            return said
        raise {"wrong": TrainingError, "stopped": TrainingStopped}[kind](said)

    def _pass_over(self, step: int, why: str, passed: list[tuple[int, str]]) -> None:
        passed.append((step, why))
        self._tell("checkpoint_passed_over", step=step, why=f"{layout.step_folder(step)}: {why}")

    def _tell(self, kind: str, **said: Any) -> None:
        if self._ranks.first and self.run is not None:
            events.append(self.run, kind, **said)
