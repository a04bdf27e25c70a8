"""What stands before the first step: the shape that corpora and recipe agree on, and the weights to begin with.

Everything that can be wrong with recipe, shards, mesh or checkpoint is found here, in one sentence.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from trainer.checkpoint.folder import Folder
from trainer.checkpoint.layout import Damaged
from trainer.checkpoint.read import fill
from trainer.checkpoint.state import newest
from trainer.config import ModelConfig
from trainer.errors import TrainingError
from trainer.model import Llama
from trainer.optimizer import AdamW
from trainer.parallel.engine import Engine
from trainer.recipe import TrainingRecipe


def fingerprint(config: ModelConfig) -> dict[str, Any]:
    """The shape of a model, as a checkpoint keeps it to be told from others."""
    return asdict(config)


def first_weights(recipe: TrainingRecipe, config: ModelConfig, engine: Engine) -> None:
    """Put the weights of what `init` names into the model: a Hugging Face folder, a run, a folder of checkpoints."""
    assert recipe.init is not None
    if (Path(recipe.init) / "config.json").is_file():
        from trainer import hf, vocabulary
        from trainer.hf.tokenizer import other_ids

        whole = hf.load(recipe.init)[1]
        name, corpus = next(iter(recipe.corpora.items()))
        if other_ids(recipe.init, vocabulary.read(corpus, name)):
            raise TrainingError(
                f"init: {recipe.init}: its tokenizer gives tokens other ids than the corpora's vocabulary; "
                "begin from a model of that vocabulary, or pack the corpora with this tokenizer.json"
            )
        _fitting({name: tuple(weight.shape) for name, weight in whole.items()}, config, recipe.init)
        engine.load_full(whole)
        return
    below = Path(recipe.init) / "checkpoints"
    folder = Folder(str(below) if below.is_dir() else recipe.init)
    complete, index = newest(folder)
    _fitting({name: tuple(entry["shape"]) for name, entry in index["model"].items()}, config, recipe.init)
    try:
        fill(folder, complete, index, {"model": engine.parameters()})
    except Damaged as damage:
        raise TrainingError(f"init: {folder.url}: {damage}; bring it back from a copy, or name another") from None


def _fitting(shapes: dict[str, tuple[int, ...]], config: ModelConfig, folder: str) -> None:
    with torch.device("meta"):
        model = Llama(config)
    for name, weight in model.named_parameters():
        if shapes.get(name) != tuple(weight.shape):
            has = f"of shape {shapes[name]}" if name in shapes else "missing"
            raise TrainingError(
                f"init: {folder}: {name} is {has}, and the recipe's model wants {tuple(weight.shape)}; "
                "name the shape of that model under `model:`"
            )


def moments(recipe: TrainingRecipe, engine: Engine) -> AdamW:
    """The optimizer of a recipe over a model's parameters."""
    of = recipe.optimizer
    states = torch.bfloat16 if of.states == "bf16" else torch.float32
    betas = (of.beta1, of.beta2)
    return AdamW(
        engine.parameters(),
        betas=betas,
        eps=of.eps,
        weight_decay=of.weight_decay,
        states=states,
        masters=engine.masters,
    )
