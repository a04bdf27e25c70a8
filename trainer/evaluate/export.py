"""A run's model as a Hugging Face folder, which lm-eval-harness, vLLM and transformers open.

    python -m trainer.evaluate export run -o folder
    lm_eval --model hf --model_args pretrained=folder --tasks arc_easy

The embedding may be longer than the vocabulary (a multiple of 128): ids beyond it are never given by the tokenizer.
"""

from __future__ import annotations

from pathlib import Path

import torch

from trainer import hf, vocabulary
from trainer.trained import Trained


def export(trained: Trained, folder: str | Path, dtype: torch.dtype | None = None, corpus: str | None = None) -> None:
    """Weights, config.json and the tokenizer of the corpora it was trained on, or of `corpus`."""
    known = vocabulary.read(corpus) if corpus else trained.vocabulary()
    hf.save(trained.config, trained.state, folder, known, dtype=dtype, longest=trained.longest)
