"""The record of a run: each step once, on disk, in TensorBoard and before the user's eyes. Rank 0 keeps it.

The loop says what it measured; what follows from that (tokens a second, utilisation, memory, energy) is worked out
here. `sync` puts all lines on disk: called before a checkpoint is whole, no machine that loses its power leaves a gap
in the loss curve. `rewind` drops what lies after the step that training goes on from, here and in TensorBoard.
The page is made anew about once a minute by a process of its own, so the loop never waits for it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import torch

from trainer import events, flops
from trainer.config import ModelConfig
from trainer.metrics import lines, memory, mfu
from trainer.metrics.energy import Meter
from trainer.metrics.progress import Progress
from trainer.metrics.tensorboard import Board
from trainer.recipe import Stage, TrainingRecipe

PAGE_EVERY = 60.0  # seconds


class Recorder:
    def __init__(
        self, run: str | Path, recipe: TrainingRecipe, config: ModelConfig, world: int, device: str | torch.device
    ) -> None:
        self._run, self._recipe, self._config, self._world = Path(run), recipe, config, world
        self._device = torch.device(device)
        self._run.mkdir(parents=True, exist_ok=True)
        lines.cut(self._run, sys.maxsize)  # a last line that a crash left half written
        self._file = self._open()
        name = torch.cuda.get_device_name(self._device) if self._device.type == "cuda" else "cpu"
        self._peak, self._meter = mfu.peak(name), Meter(self._device)
        self._board = Board(self._run / "tensorboard") if recipe.tensorboard else None
        self._progress = Progress(recipe.steps, recipe.name)
        self._page: subprocess.Popen[bytes] | None = None
        self._page_at, self._page_took = time.monotonic(), 0.0
        events.append(self._run, "measured", **self._conditions(name))

    def step(self, step: int, values: dict[str, Any]) -> dict[str, Any]:
        """Record one step; the whole line comes back."""
        stage = self._stage(step)
        line = {"step": step, "time": round(time.time(), 3), "tokens": stage.batch, "length": stage.length, **values}
        line.setdefault("memory", memory.measured(self._device))
        seconds, tokens = float(line["seconds"]), int(line["tokens"])
        line["tokens_per_second"] = tokens / seconds if seconds > 0 else None
        line["flops"] = mfu.step_flops(self._config, line["length"], tokens, values.get("attended"))
        if self._peak and seconds > 0:
            line["mfu"] = {name: work / seconds / (self._peak * self._world) for name, work in line["flops"].items()}
        if (joules := self._meter.joules()) is not None:
            line["joules"] = joules
        lines.append(self._file, line)
        if self._board:
            self._board.step(step, line)
        self._progress.step(step, line)
        self._refresh()
        return line

    def rewind(self, step: int) -> int:
        """Forget all steps after `step`, from which training goes on; how many there were."""
        dropped = lines.cut(self._run, step)
        if dropped:
            seconds = sum(line.get("seconds") or 0.0 for line in dropped)
            events.append(self._run, "rewound", to=step, steps=len(dropped), seconds=round(seconds, 3))
        if self._board:
            self._board.rewind(step)
        self._progress.rewind(step)
        return len(dropped)

    def sync(self) -> None:
        """All lines on disk; call it before a checkpoint counts as whole."""
        os.fsync(self._file)
        if self._board:
            self._board.flush()

    def close(self) -> None:
        """Finish every file, and the page."""
        os.fsync(self._file)
        os.close(self._file)
        if self._board:
            self._board.close()
        self._progress.close()
        if self._page is not None:
            self._page.wait()
        if self._recipe.page:
            self._render().wait()

    def _open(self) -> int:
        return os.open(self._run / lines.FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)

    def _stage(self, step: int) -> Stage:
        """Of the recipe, where the loop does not say what it read."""
        for stage in self._recipe.stages:
            step -= stage.steps
            if step <= 0:
                break
        return stage

    def _refresh(self) -> None:
        """Begin a new page where the last one is old and done; long runs, whose pages take long, have fewer of them."""
        if not self._recipe.page:
            return
        now = time.monotonic()
        if self._page is not None and self._page.poll() is None:
            self._page_took = now - self._page_at
        elif now - self._page_at >= max(PAGE_EVERY, 20 * self._page_took):
            self._page_at, self._page_took = now, 0.0
            self._page = self._render()

    def _conditions(self, name: str) -> dict[str, Any]:
        """What the figures of this start hold for."""
        counted = flops.parameters(self._config)
        return {
            "device": name,
            "world": self._world,
            "peak_flops": self._peak,
            "energy": self._meter.source,
            "parameters": counted.total,
            "multiplied": counted.multiplied,
            "torch": torch.__version__,
        }

    def _render(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "trainer.metrics", str(self._run)]
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
