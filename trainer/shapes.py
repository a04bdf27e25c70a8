"""The model's shape as recipe and corpora agree on it."""

from __future__ import annotations

from trainer.config import ModelConfig
from trainer.errors import TrainingError
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
