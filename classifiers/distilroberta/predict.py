"""A trained transformer's folder as a scorer.

One model a process, whoever asks for it and however often: all of 330 MB, and seconds to load. Threads share it.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from classifiers.distilroberta import device as devices
from classifiers.distilroberta.reader import Reader, specials
from curate import model_card
from curate.model_card import Card
from curate.storage import join, read_bytes

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

_LOADING = threading.Lock()


@dataclass(frozen=True)
class Scorer:
    """See classifiers.scorer.Scorer."""

    card: Card
    reader: Reader

    def probabilities(self, texts: pa.Array | pa.ChunkedArray) -> np.ndarray:
        """float32[n, classes], uncalibrated; rows sum to 1."""
        return self.reader.probabilities(texts)


def open(folder: str, card: Card | None = None, device: str = "auto") -> Scorer:
    """The model in `folder`, which this process loads once. Its files are held against the card where none is given."""
    card = card or model_card.read(folder)
    with _LOADING:  # two threads that ask at once get one model
        return Scorer(card, _reader(folder, model_card.digest(folder), str(devices.pick(device))))


@lru_cache(maxsize=4)
def _reader(folder: str, digest: str, device: str) -> Reader:
    """`digest` is the card's: a folder that was trained anew is another model."""
    import torch

    from classifiers.distilroberta import base, network

    card = model_card.read(folder, verify=False)
    config = base.read_config(join(folder, "config.json"))
    tokenizer = base.read_tokenizer(join(folder, "tokenizer.json"))
    reads = _reads(card, folder)
    base.refuse_misfit(folder, config, tokenizer, reads["max_tokens"])
    path = join(folder, "model.safetensors")
    model = network.load(config, base.read_weights(read_bytes(path), path), card.classes, folder)
    where = torch.device(device)
    bf16 = devices.bf16(str(card.settings.get("precision", "auto")), where)
    return Reader(
        network.placed(model, where, bf16),
        tokenizer,
        specials(config),
        **reads,
        device=where,
        bf16=bf16,
        classes=len(card.classes),
        positive=card.positive_index,
    )


def _reads(card: Card, folder: str) -> dict[str, int]:
    """How it cuts documents into windows."""
    try:
        return {name: int(card.settings[name]) for name in ("max_tokens", "overlap", "windows")}
    except (KeyError, TypeError, ValueError):
        where = join(folder, model_card.CARD)
        raise ValueError(
            f"{where}: settings lack max_tokens, overlap or windows; build or get the model again"
        ) from None
