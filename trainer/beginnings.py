"""What stands before the first step: the shape that corpora and recipe agree on, and the weights to begin with.

Everything that can be wrong with recipe, shards, mesh or checkpoint is found here, in one sentence.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from trainer.config import ModelConfig
from trainer.errors import TrainingError
from trainer.model import Llama
from trainer.optimizer import AdamW
from trainer.recipe import TrainingRecipe

VOCABULARY_MULTIPLE = 128  # tiles of the last matrix are whole, and tensor parallelism can share it out


def shape(recipe: TrainingRecipe, tokens: int) -> ModelConfig:
    """The model for a vocabulary of `tokens` ids; the embedding is as long as the next multiple of 128."""
    config = recipe.config(-(-tokens // VOCABULARY_MULTIPLE) * VOCABULARY_MULTIPLE)
    if config.vocab_size < tokens:
        raise TrainingError(
            f"model.vocab_size is {config.vocab_size:,}, and the corpora's vocabulary has {tokens:,} ids; "
            "leave it out, or name a larger one"
        )
    return config


def fingerprint(config: ModelConfig) -> dict[str, Any]:
    """The shape of a model, as a checkpoint keeps it to be told from others."""
    return asdict(config)


def weights(recipe: TrainingRecipe, config: ModelConfig) -> dict[str, Tensor]:
    """Whole tensors by name of what `init` names: a Hugging Face folder, a run, or a folder of checkpoints."""
    assert recipe.init is not None
    if (Path(recipe.init) / "config.json").is_file():
        from trainer import hf

        return _fitting(hf.load(recipe.init)[1], config, recipe.init)
    from trainer.checkpoint.state import state

    below = Path(recipe.init) / "checkpoints"
    return _fitting(state(str(below) if below.is_dir() else recipe.init), config, recipe.init)


def _fitting(state: dict[str, Tensor], config: ModelConfig, folder: str) -> dict[str, Tensor]:
    with torch.device("meta"):
        model = Llama(config)
    for name, weight in model.named_parameters():
        if name not in state or state[name].shape != weight.shape:
            has = f"of shape {tuple(state[name].shape)}" if name in state else "missing"
            raise TrainingError(
                f"init: {folder}: {name} is {has}, and the recipe's model wants {tuple(weight.shape)}; "
                "name the shape of that model under `model:`"
            )
    return state


def moments(recipe: TrainingRecipe, parameters: dict[str, Tensor]) -> AdamW:
    """The optimizer of a recipe over a model's parameters."""
    of = recipe.optimizer
    states = torch.bfloat16 if of.states == "bf16" else torch.float32
    betas = (of.beta1, of.beta2)
    return AdamW(parameters, betas=betas, eps=of.eps, weight_decay=of.weight_decay, states=states)
