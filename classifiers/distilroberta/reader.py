"""A network at work: texts in, probabilities out; the same code in training, evaluation and `score`.

Memory is bounded whatever the texts are: a document gives a few windows (classifiers.distilroberta.windows), and a few
thousand windows are run before the next documents are looked at. Several threads may read with one model at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from classifiers.distilroberta import batches
from classifiers.distilroberta.batches import Specials
from classifiers.distilroberta.windows import pool, windows
from classifiers.scorer import of_nothing

if TYPE_CHECKING:
    import pyarrow as pa
    import torch
    from tokenizers import Tokenizer
    from transformers import RobertaForSequenceClassification

WINDOWS_AT_ONCE = 4096


@dataclass(frozen=True)
class Reader:
    model: RobertaForSequenceClassification
    tokenizer: Tokenizer
    specials: Specials
    max_tokens: int
    overlap: int
    windows: int
    device: torch.device
    bf16: bool
    classes: int
    positive: int | None  # the class that a text without anything to read does not have

    def windows_of(self, text: str) -> list[np.ndarray]:
        return windows(self.tokenizer, text, self.max_tokens, self.overlap, self.windows)

    def probabilities(self, texts: pa.Array | pa.ChunkedArray | Iterable[str | None]) -> np.ndarray:
        """float32[n, classes] of texts, each read alone; see classifiers.scorer for one with nothing to read."""
        found: list[np.ndarray] = []
        waiting: list[list[np.ndarray]] = []
        held = 0
        for text in texts:
            waiting.append(self.windows_of(_string(text)))
            held += len(waiting[-1])
            if held >= WINDOWS_AT_ONCE or len(waiting) >= WINDOWS_AT_ONCE:
                found.append(self.of_windows(waiting))
                waiting, held = [], 0
        return np.concatenate([*found, self.of_windows(waiting)])

    def of_windows(self, documents: list[list[np.ndarray]]) -> np.ndarray:
        """float32[n, classes] of documents that are cut into windows already."""
        every = [window for document in documents for window in document]
        owner = np.repeat(np.arange(len(documents)), [len(document) for document in documents])
        tokens = np.array([len(window) for window in every], np.int64)
        pooled = pool(self._run(every), tokens, owner, len(documents))
        pooled[[not document for document in documents]] = of_nothing(self.classes, self.positive)
        return pooled.astype(np.float32)

    def _run(self, every: list[np.ndarray]) -> np.ndarray:
        """float64[windows, classes]."""
        import torch

        from classifiers.distilroberta.network import logits

        found = np.zeros((len(every), self.classes))
        with torch.inference_mode():
            for batch in batches.fixed(every, self.specials, batches.TOKENS[self.device.type]):
                ids, mask = (torch.from_numpy(array).to(self.device) for array in (batch.ids, batch.mask))
                shares = torch.softmax(logits(self.model, ids, mask, self.bf16).double(), dim=1)
                found[batch.windows] = shares[: len(batch.windows)].cpu().numpy()
        return found


def specials(config: dict[str, Any]) -> Specials:
    return Specials(config["bos_token_id"], config["pad_token_id"], config["eos_token_id"])


def _string(text: Any) -> str:
    """Of a string, or of Arrow's scalar, which may be null."""
    value = text if isinstance(text, str) else text.as_py() if text is not None else None
    return value or ""
