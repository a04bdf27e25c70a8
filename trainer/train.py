"""The loop of one rank: batch, gradients, norm, update, record, checkpoint; and what is done when a step goes wrong.

The weights after step n are a function of (recipe, corpora, mesh): a batch comes from its number alone, and all that a
decision rests on lies in the checkpoint. A killed run therefore ends with the bits of an undisturbed one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

from torch import Tensor

from trainer import beginnings, events, ranks, run_folder, suspects
from trainer.checkpoint.average import save_average
from trainer.checkpoint.checkpoints import Checkpoints
from trainer.checkpoint.keep import complete_steps
from trainer.data.batch import Batch
from trainer.data.loader import Loader
from trainer.data.shards import vocabulary_of
from trainer.errors import TrainingError, TrainingStopped
from trainer.metrics.recorder import Recorder
from trainer.parallel import checks
from trainer.parallel import mesh as meshes
from trainer.parallel.engine import Engine
from trainer.progress import Progress
from trainer.rates import rate
from trainer.recipe import TrainingRecipe
from trainer.room import room
from trainer.shapes import shape
from trainer.supervisor import drain
from trainer.supervisor.heartbeat import Heartbeat
from trainer.tally import Tally


class Drained(Exception):
    """SIGTERM was heard, and all is saved."""


def train(recipe: TrainingRecipe, run: Path, until: int | None = None) -> Progress:
    """Train to the end, or to step `until`, from where the run stands; called by every rank with the same arguments.

    TrainingError before the first step for what cannot work, TrainingStopped where the run cannot go on, Drained.
    """
    began = time.perf_counter()
    here = ranks.join(recipe.faults.collective_timeout)
    try:
        if recipe.deterministic:
            ranks.deterministic()
        training = Training(recipe, run, here)
        try:
            end = recipe.steps if until is None else min(until, recipe.steps)
            training.resume(began, end)
            training.go_on(end)
            training.checkpoints.forget_near()
            return training.progress
        except (Drained, TrainingError):
            training.checkpoints.forget_near()  # nobody begins again here; after a crash the copies stay
            raise
        finally:
            training.close()
    finally:
        ranks.leave()


class Training:
    """What one rank holds while it trains."""

    def __init__(self, recipe: TrainingRecipe, run: Path, here: ranks.Ranks) -> None:
        self.recipe, self.run, self.here = recipe, run, here
        vocabulary = vocabulary_of(recipe.corpora)
        self.config = shape(recipe, vocabulary.size)
        self.mesh = meshes.build(recipe.parallel, self.config, here.world, here.device)
        # Of the ranks that hold the same rows one speaks for them.
        self.contributes = self.mesh.pp_rank == self.mesh.cp_rank == self.mesh.tp_rank == 0
        self.loader = Loader(recipe, self.mesh.data_rank, self.mesh.data_world)
        with room():
            self.engine = Engine(self.config, recipe, self.mesh, here.device)
            self.optimizer = beginnings.moments(recipe, self.engine)
        folder = recipe.checkpoints.folder or str(run / "checkpoints")
        self.checkpoints = Checkpoints(
            folder,
            recipe.checkpoints.keep,
            beginnings.fingerprint(self.config),
            run=run,
            regular=recipe.saves,
            near=recipe.checkpoints.near,
        )
        self.recorder = Recorder(run, recipe, self.config, here.world, here.device) if here.first else None
        self.heartbeat = Heartbeat(run, here.rank)
        self.teller = suspects.Teller(run, recipe.corpora)
        self.progress = Progress(data=self.loader.fingerprint, recipe=run_folder.computed(recipe))

    def tensors(self) -> dict[str, dict[str, Tensor]]:
        return {"model": self.engine.parameters(), **self.optimizer.state()}

    def resume(self, began: float, end: int) -> None:
        """From the newest whole checkpoint, or from the first weights."""
        ready = time.perf_counter()
        if (found := self.checkpoints.load(self.tensors())) is not None:
            self.progress = Progress.of(found)
            if field := run_folder.differing(self.recipe, self.progress.recipe):
                raise TrainingError(
                    f"{self.checkpoints.folder.url}: its checkpoints are of a run with another `{field}`; "
                    "name another checkpoints.folder, or begin from them with `init:`"
                )
            if self.progress.data != self.loader.fingerprint:
                raise TrainingError(
                    f"corpora: their shards are not those that {self.run} was begun with, nor would its batches be; "
                    "put them back, or begin another run with `init:`"
                )
        elif self.recipe.init is not None:
            beginnings.first_weights(self.recipe, self.config, self.engine)
        # Of what is to come only: a later stage may want another mesh.
        checks.check(self.recipe.parallel, self.config, self.recipe.stages, self.here.world, self.progress.step, end)
        self.heartbeat.loaded(self.progress.step)
        if self.recorder is not None:
            self.recorder.rewind(self.progress.step)
            seconds = {"setup": round(ready - began, 3), "load": round(time.perf_counter() - ready, 3)}
            said = {"step": self.progress.step, "world": self.here.world, "seconds": seconds}
            events.append(self.run, "started", **said, kernels=self.engine.kernels)
        if found is None:
            self.save()  # a place that cannot be written to is found now, and there is always something to go back to

    def go_on(self, end: int) -> None:
        while self.progress.step < end:
            self.step()
            if self.recipe.saves(self.progress.step) or self.progress.step == end:
                self.save()
        self.saved()
        done = any(event["kind"] == "finished" for event in events.read(self.run))
        if self.here.first and self.progress.step == self.recipe.steps and not done:
            self.finish()

    def finish(self) -> None:
        """What the first rank does when all steps are done: the mean of the last checkpoints of the annealing."""
        # One may be gone that was damaged, or not written.
        kept = complete_steps(self.checkpoints.folder)
        if steps := [step for step in self.recipe.averaged if step in kept]:
            folder = self.checkpoints.folder.url
            self.patiently(save_average, folder, steps, f"{folder}/averaged")
            events.append(self.run, "averaged", steps=steps)
        events.append(self.run, "finished", step=self.progress.step)

    def patiently(self, call: Callable[..., Any], *given: Any) -> Any:
        """What may take longer than a hang may: signs of life go on while it does."""
        with ThreadPoolExecutor(1) as thread:
            asked = thread.submit(call, *given)
            while wait([asked], timeout=1.0).not_done:
                self.heartbeat.alive()
        return asked.result()

    def save(self) -> None:
        if self.recorder is not None:
            self.recorder.sync()  # the loss curve must not end before the checkpoint
        self.checkpoints.save(self.progress.step, self.tensors(), self.progress.state())

    def saved(self) -> None:
        """See that the last step is on disk: a save that failed is tried again, until two in a row end the run."""
        self.checkpoints.wait()
        while self.checkpoints.last != self.progress.step:
            self.save()
            self.checkpoints.wait()

    def step(self) -> None:
        """One point of the loss curve, or a step back."""
        began, computed, at = time.perf_counter(), time.process_time(), self.progress.step
        batch = self.loader.batch(at + self.progress.shift)
        waited = time.perf_counter() - began
        tally = Tally(batch, len(self.loader.stream_names), self.contributes)
        if tally.weigh(drain.requested()):
            self.leave()
        nll = self.engine.forward_backward(batch, tally.weight)
        norm = float(self.engine.grad_norm())
        tally.add(nll)
        spike = self.progress.watch.reason(self.recipe.spikes, tally.loss, norm)
        if spike is not None and self.spiked(spike, batch, nll):
            return
        lr = rate(self.recipe, at)
        if spike is None:
            self.update(lr, tally.loss, norm)
        self.progress.step += 1
        self.progress.tokens += int(tally.weight)
        seconds = time.perf_counter() - began
        # For the search for stragglers. Other ranks are waited for within the passes, too; on a CPU without computing.
        on_cpu = self.here.device.type == "cpu"
        work = time.process_time() - computed + waited if on_cpu else seconds - tally.waited
        self.heartbeat.beat(self.progress.step, work)
        if self.recorder is not None:
            tokens = batch.tokens.numel() * self.mesh.data_world
            values = {
                "tokens": tokens,
                "length": batch.tokens.shape[1],
                "lr": lr,
                "grad_norm": norm,
                "seconds": seconds,
                "data_wait": waited,
                "spike": spike,
            }
            self.recorder.step(at + 1, {**values, **tally.values(self.loader.stream_names)})

    def update(self, lr: float, loss: float, norm: float) -> None:
        self.progress.updates += 1
        self.optimizer.step(self.progress.updates, lr, min(1.0, self.recipe.optimizer.clip / (norm + 1e-6)))
        self.progress.watch.add(loss, norm)

    def spiked(self, reason: str, batch: Batch, nll: Tensor) -> bool:
        """Tell of it, forget its gradients, and do what the policy says. True where the run went back."""
        settings, at = self.recipe.spikes, self.progress.step
        self.optimizer.forget()
        self.progress.watch.spikes += 1
        worst = suspects.worst(batch, nll, self.loader.stream_names, self.contributes)
        said = {"step": at + 1, "batch": at + self.progress.shift, "reason": reason, "policy": settings.policy}
        if self.here.first:
            self.teller.tell(worst, **said)
        if settings.policy == "stop" or self.progress.watch.spikes > settings.most:
            self.checkpoints.wait()
            why = "spikes.policy is stop" if settings.policy == "stop" else f"more than {settings.most} spikes"
            raise TrainingStopped(f"step {at + 1}: {reason}; {why}; its documents are named in {self.run}/events.jsonl")
        return settings.policy == "rewind" and self.go_back()

    def go_back(self) -> bool:
        """To the last checkpoint, leaving out the batches from there to here (Chowdhery et al. 2022, 5.1)."""
        gone = self.progress
        # Not to one that SIGTERM left in between: an undisturbed run has none there.
        last = next(step for step in range(gone.step, -1, -1) if self.recipe.saves(step))
        found = self.checkpoints.load(self.tensors(), at_most=last)
        if found is None:
            return False
        self.progress = Progress.of(found)
        self.progress.watch.spikes = gone.watch.spikes
        self.progress.shift = gone.shift + gone.step + 1 - self.progress.step
        if self.recorder is not None:
            self.recorder.rewind(self.progress.step)
        return True

    def leave(self) -> None:
        """Save what stands, and end."""
        self.saved()
        if self.here.first:
            events.append(self.run, "drained", step=self.progress.step)
        raise Drained()

    def close(self) -> None:
        self.loader.close()
        self.teller.close()
        if self.recorder is not None:
            self.recorder.close()
        self.heartbeat.close()
