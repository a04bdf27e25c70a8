"""Long documents by windows: a transformer reads 512 tokens, a document may have ten million characters.

What is read. A document of up to `windows` windows' worth of characters is tokenised whole, and windows of equal size
are spread evenly from its first token to its last: as many as leave `overlap` tokens between neighbours, `windows` at
most. Equal ones, since a last window of a few tokens would be judged by nothing and count like the others. Of a longer
document that many passages, spread evenly over its characters, are tokenised, and each gives a window. So reading is
bounded (32,768 characters for 8 windows of 512), and depends on the text alone.

What becomes of it. The document's probabilities are the mean over its windows, weighted by their tokens: what most of
the document is like, which is what its label says. The maximum would be an extreme of more draws the longer a document
is, so that length alone would bring books over any threshold, calibrated on pages though it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from tokenizers import Tokenizer

POOLING = "mean over windows, weighted by tokens"
CHARS_PER_TOKEN = 8  # of a passage, so that it fills its window; English has about 4.5


def windows(tokenizer: Tokenizer, text: str, max_tokens: int, overlap: int, most: int) -> list[np.ndarray]:
    """Tokens (int32) of each window, <s> and </s> not among them; none where the text has none but white space."""
    room = max_tokens - 2
    chars = max_tokens * CHARS_PER_TOKEN
    if len(text) > most * chars:
        passages = (text[start : start + chars] for start in spread(len(text), chars, most))
        return [found for found in (_tokens(tokenizer, passage)[:room] for passage in passages) if len(found)]
    tokens = _tokens(tokenizer, text)
    needed = 1 if len(tokens) <= room else -(-(len(tokens) - overlap) // (room - overlap))
    starts = spread(len(tokens), room, min(needed, most)) if len(tokens) else []
    return [tokens[start : start + room] for start in starts]


def spread(length: int, size: int, many: int) -> list[int]:
    """Starts of `many` pieces of `size`, evenly from the first to the last of `length`; the middle one where one."""
    last = max(length - size, 0)
    return [last // 2] if many == 1 else [k * last // (many - 1) for k in range(many)]


def pool(probabilities: np.ndarray, tokens: np.ndarray, document: np.ndarray, documents: int) -> np.ndarray:
    """float64[documents, classes] of float[windows, classes]: means weighted by tokens; nan where no window is."""
    sums = np.zeros((documents, probabilities.shape[1]))
    np.add.at(sums, document, probabilities * tokens[:, None].astype(np.float64))
    return np.divide(
        sums, sums.sum(axis=1, keepdims=True), out=np.full_like(sums, np.nan), where=sums.sum(axis=1, keepdims=True) > 0
    )


def _tokens(tokenizer: Tokenizer, passage: str) -> np.ndarray:
    if not passage.strip():
        return np.zeros(0, np.int32)
    return np.array(tokenizer.encode(passage, add_special_tokens=False).ids, np.int32)
