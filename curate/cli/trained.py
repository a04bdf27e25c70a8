"""The trainer's errors as the front door's own: a sentence, and the exit code that goes with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from curate.errors import RunStopped, UserError


@contextmanager
def told() -> Iterator[None]:
    """UserError (exit 2) or RunStopped (exit 3) for what the trainer refuses or stops at."""
    from trainer.errors import TrainingError, TrainingStopped

    try:
        yield
    except TrainingStopped as error:
        raise RunStopped(str(error)) from error
    except TrainingError as error:
        raise UserError(str(error)) from error
