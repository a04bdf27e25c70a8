"""What a pipeline needs of torch is said before the first step."""

import pytest
import torch

from trainer.errors import TrainingError
from trainer.parallel import pipeline
from trainer.parallel.mesh import Mesh


class Schedule:
    def step(self, *args, target=None):
        """As torch 2.11 has it."""


def test_an_older_torch_without_cut_microbatches_is_told_in_a_sentence(monkeypatch):
    monkeypatch.setattr(pipeline, "Schedule1F1B", Schedule)
    with pytest.raises(TrainingError, match=r"^parallel.pipeline: torch .* install 2.15 .*, or set pipeline to 1$"):
        pipeline.Pipeline([], 2, Mesh(), torch.device("cpu"), torch.float32)
