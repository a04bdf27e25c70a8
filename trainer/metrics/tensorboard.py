"""The same figures for TensorBoard. After a rewind it drops the steps that will come again (`purge_step`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from trainer.errors import TrainingError

PLAIN = ("loss", "grad_norm", "lr", "tokens_per_second", "data_wait", "joules")
GROUPS = ("mfu", "memory")


class Board:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError:
            raise TrainingError(
                "tensorboard: the package is not installed; add curate-corpus[train], or say tensorboard: false"
            ) from None
        self._writer_of = SummaryWriter
        self._writer: Any = None

    def step(self, step: int, line: dict[str, Any]) -> None:
        if self._writer is None:
            self._writer = self._writer_of(str(self._folder))
        for name, value in scalars(line).items():
            self._writer.add_scalar(name, value, step)

    def rewind(self, step: int) -> None:
        """What was written after `step` is no longer shown."""
        self.close()
        self._writer = self._writer_of(str(self._folder), purge_step=step + 1)

    def flush(self) -> None:
        if self._writer is not None:
            self._writer.flush()

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None


def scalars(line: dict[str, Any]) -> dict[str, float]:
    """What of a line is a curve, by the name it has in TensorBoard."""
    found = {name: line.get(name) for name in PLAIN}
    for group in GROUPS:
        found |= {f"{group}/{name}": value for name, value in line.get(group, {}).items()}
    for stream, (nats, tokens, _) in line.get("loss_by", {}).items():
        found[f"loss_by/{stream}"] = nats / tokens if tokens and nats is not None else None
    return {name: float(value) for name, value in found.items() if value is not None}
