"""A run's folder as training leaves it, without the training: a recipe, a corpus of bytes, any weights."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import torch

from tests.trainer import made_corpus
from trainer.checkpoint.checkpoints import Checkpoints
from trainer.config import ModelConfig
from trainer.model import Llama
from trainer.recipe import of

CONFIG = ModelConfig(32, 2, 4, 2, 48, vocab_size=256, tied_embeddings=True)
LENGTH = 48
TEXTS = {
    "code": [["for x in y:", "return x"], ["def f(a, b): pass"], ["x = [1, 2, 3]", "y", "import os"]],
    "general": [["The cat sat on the mat.", "A dog."], ["It rained all day in the old town."]],
}


def corpus(folder: Path) -> Path:
    rows = {name: [[list(text.encode()) for text in row] for row in texts] for name, texts in TEXTS.items()}
    return made_corpus.write(folder, rows, LENGTH, group=2)


def drawn(config: ModelConfig = CONFIG, seed: int = 0, wide: float = 0.2) -> Llama:
    """A model with weights wide enough that its logits are far from uniform."""
    model = Llama(config)
    random = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for weight in model.parameters():
            spread = torch.randn(weight.shape, generator=random)
            weight.copy_(1 + wide * spread if weight.dim() == 1 else wide * spread)
    return model.eval()


def run(folder: Path, corpus: Path, models: dict[int, Llama]) -> Path:
    """`models`: step to what its checkpoint holds."""
    folder.mkdir(parents=True)
    stages = [{"tokens": 10_000, "length": LENGTH, "batch": 10 * LENGTH}]
    recipe = of({"corpus": str(corpus), "model": "proxy-1m", "stages": stages})
    (folder / "recipe.yaml").write_text(recipe.to_yaml())
    for step, model in models.items():
        checkpoints = Checkpoints(str(folder / "checkpoints"), 9, asdict(model.config))
        checkpoints.save(step, {"model": dict(model.named_parameters())}, {"step": step})
        checkpoints.wait()
    return folder
