"""Which stage a step of data belongs to. Steps of data count batches given, so one that was skipped counts as well."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from trainer.recipe import Stage


class Schedule:
    def __init__(self, stages: Sequence[Stage]) -> None:
        self.stages = tuple(stages)
        self._ends = [*accumulate(stage.steps for stage in stages)]

    @property
    def steps(self) -> int:
        return self._ends[-1]

    def at(self, data_step: int) -> tuple[int, int]:
        """(stage, first row of the step within the stage). The last stage goes on for as long as it is asked."""
        if data_step < 0:
            raise ValueError(f"data_step ({data_step}) is below 0")
        stage = next((n for n, end in enumerate(self._ends) if data_step < end), len(self._ends) - 1)
        first = self._ends[stage] - self.stages[stage].steps
        return stage, (data_step - first) * self.stages[stage].rows
