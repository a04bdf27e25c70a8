"""A model to look at: of a run's checkpoint, of the average of its last ones, or of a Hugging Face folder."""

from __future__ import annotations

import argparse
import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from trainer import hf, run_folder, vocabulary
from trainer.checkpoint import keep
from trainer.checkpoint.folder import Folder
from trainer.checkpoint.state import opened, tensors_of
from trainer.config import ModelConfig, RopeScaling
from trainer.errors import TrainingError
from trainer.kernels import choice
from trainer.kernels.names import refused
from trainer.model import Llama
from trainer.vocabulary import Vocabulary

AVERAGED = "averaged"


@dataclass(frozen=True)
class Trained:
    """A state by the names of `Llama(config).named_parameters()`, fp32 as it was saved."""

    config: ModelConfig
    state: dict[str, Tensor]
    longest: int  # tokens of the longest row it was trained on
    step: int | None  # None of a Hugging Face folder
    corpora: dict[str, str]

    def vocabulary(self) -> Vocabulary:
        """That of the corpora it was trained on."""
        if not self.corpora:
            raise TrainingError("a Hugging Face folder names no corpus: give one with the same vocabulary (--corpus)")
        name, corpus = next(iter(self.corpora.items()))
        return vocabulary.read(corpus, name)

    def model(self, device: torch.device | str = "cpu", dtype: torch.dtype = torch.float32) -> Llama:
        """The model with these weights, for evaluation."""
        choice.choose("auto", torch.device(device), refused(self.config.head_dim))
        with torch.device("meta"):
            model = Llama(self.config)
        model.to_empty(device=device)
        if self.config.tied_embeddings:
            assert model.output is not None and model.tok_embeddings is not None
            model.output.weight = model.tok_embeddings.weight  # an empty copy was made for each
        with torch.no_grad():
            for name, weight in model.named_parameters():
                weight.copy_(self.state[name])
        model.to(dtype).set_longest(self.longest)
        return model.eval()


def device(name: str) -> str:
    """Of a command's `--device`; one that this machine has not is told by argparse."""
    try:
        torch.empty(0, device=name)
    except (RuntimeError, AssertionError, NotImplementedError):
        raise argparse.ArgumentTypeError(f"{name} is no device of this machine; write cpu or cuda") from None
    return name


def open_trained(folder: str, step: int | str | None = None) -> Trained:
    """`folder` is a run's, or a Hugging Face checkpoint's; `step` of the run: the newest where absent, or "averaged".

    TrainingError where there is no such checkpoint, it is damaged, or its tensors are not those of its shape.
    """
    if (Path(folder) / "config.json").is_file():
        config, state = hf.load(folder, torch.float32)
        return Trained(config, state, hf.longest(folder), None, {})
    recipe = run_folder.opened(Path(folder))
    root = recipe.checkpoints.folder or str(Path(folder) / "checkpoints")
    if step == AVERAGED:
        root, step = f"{root}/{AVERAGED}", None
    where = Folder(root)
    steps = sorted(keep.complete_steps(where))
    if not steps:
        raise TrainingError(f"{root}: holds no finished checkpoint yet; wait for the first, or name another run")
    if step is not None and not str(step).isdecimal():
        raise TrainingError(f"step: {step} is neither a number nor `{AVERAGED}`")
    complete, index = opened(where, steps[-1] if step is None else int(step))
    config = _config(complete.fingerprint, root)
    state = tensors_of(where, complete, index, "model", sorted(index["model"]))
    longest = max(stage.length for stage in recipe.stages)
    return Trained(config, state, longest, complete.step, dict(recipe.corpora))


def _config(fingerprint: dict[str, Any], where: str) -> ModelConfig:
    known = {field.name for field in dataclasses.fields(ModelConfig)}
    if set(fingerprint) != known:
        raise TrainingError(f"{where}: its checkpoints say no shape of a model that is known here; update Curate")
    scaling = fingerprint["rope_scaling"]
    return ModelConfig(**{**fingerprint, "rope_scaling": scaling and RopeScaling(**scaling)})
