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


def weights(recipe: TrainingRecipe, config: ModelConfig, parameters: dict[str, Tensor]) -> None:
    """Put the weights of `init` into the model's parameters, each rank its part."""
    assert recipe.init is not None
    if (Path(recipe.init) / "config.json").is_file():
        _of_hugging_face(recipe.init, config, parameters)
    else:
        from trainer.checkpoint.checkpoints import Checkpoints

        if Checkpoints(recipe.init, 1, fingerprint(config)).load({"model": parameters}) is None:
            raise TrainingError(f"init: {recipe.init} holds neither a Hugging Face model nor a whole checkpoint")


@torch.no_grad()
def _of_hugging_face(folder: str, config: ModelConfig, parameters: dict[str, Tensor]) -> None:
    from torch.distributed.tensor import DTensor, distribute_tensor

    from trainer import hf

    theirs, state = hf.load(folder)
    if differing := [name for name, value in asdict(theirs).items() if value != asdict(config)[name]]:
        name = differing[0]
        raise TrainingError(
            f"init: {folder} has {name} {getattr(theirs, name)}, and the recipe's model {getattr(config, name)}; "
            "name the shape of the checkpoint under `model:`"
        )
    for name, weight in parameters.items():
        if isinstance(weight, DTensor):
            whole = state[name].to(weight.device, weight.dtype)
            weight.copy_(distribute_tensor(whole, weight.device_mesh, weight.placements))
        else:
            weight.copy_(state[name])


def moments(recipe: TrainingRecipe, parameters: dict[str, Tensor]) -> AdamW:
    """The optimizer of a recipe over a model's parameters."""
    of = recipe.optimizer
    states = torch.bfloat16 if of.states == "bf16" else torch.float32
    betas = (of.beta1, of.beta2)
    return AdamW(parameters, betas=betas, eps=of.eps, weight_decay=of.weight_decay, states=states)
