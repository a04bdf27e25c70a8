"""Memory that is not there, told as what it is: the same command would only run into it again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from trainer.errors import TrainingError


@contextmanager
def room() -> Iterator[None]:
    """TrainingError where weights, moments or first buffers cannot be allocated."""
    try:
        yield
    except (torch.OutOfMemoryError, MemoryError, RuntimeError) as error:
        if type(error) is RuntimeError and "allocate memory" not in str(error):  # how the CPU's allocator says it
            raise
        raise TrainingError(
            "model: its weights and moments do not fit in the memory of a rank; spread it over more ranks, "
            "set optimizer.states to bf16, or take a smaller one (--plan reckons what a rank needs)"
        ) from None
