"""Progress for people: a bar on a terminal, plain lines where the output is a file.

A bar's control characters make a log unreadable, and a line every step makes it long: there is one at most every ten
seconds, and one for the first and the last step. That nobody can read it any more (a full disk, a reader that is gone)
does not end the run.
"""

from __future__ import annotations

import math
import time
from contextlib import suppress
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

PLAIN_EVERY = 10.0  # seconds


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Rich would end the process."""
        self.quiet = True


class Progress:
    def __init__(self, steps: int, name: str, console: Console | None = None) -> None:
        self._steps, self._console = steps, console or _Console()
        self._told_at = -PLAIN_EVERY
        self._bar: Bar | None = None
        if self._console.is_terminal:
            self._bar = Bar(
                TextColumn("{task.description}", markup=False),
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
                TextColumn("{task.fields[said]}", markup=False),
                console=self._console,
            )
            self._task = self._bar.add_task(name, total=steps, said="")
            self._bar.start()

    def step(self, step: int, line: dict[str, Any]) -> None:
        if self._bar:
            self._bar.update(self._task, completed=step, said=said(line))
            return
        now = time.monotonic()
        if now - self._told_at >= PLAIN_EVERY or step == self._steps:
            self._told_at = now
            with suppress(OSError):
                self._console.print(f"step {step:,}/{self._steps:,}  {said(line)}", markup=False, soft_wrap=True)

    def rewind(self, step: int) -> None:
        if self._bar:
            self._bar.update(self._task, completed=step)

    def close(self) -> None:
        if self._bar:
            with suppress(OSError):
                self._bar.stop()


def said(line: dict[str, Any]) -> str:
    """A step in a few words."""
    parts = [f"loss {line['loss']:.4f}" if math.isfinite(line["loss"]) else "loss not finite"]
    if line.get("grad_norm") is not None:
        parts.append(f"norm {line['grad_norm']:.3g}")
    if line.get("lr") is not None:
        parts.append(f"lr {line['lr']:.2e}")
    if line.get("tokens_per_second"):
        parts.append(f"{line['tokens_per_second']:,.0f} tokens/s")
    if exact := line.get("mfu", {}).get("exact"):
        parts.append(f"MFU {exact:.1%} exact")
    return "  ".join(parts)
