"""Trivial predictors beside the models: what counts of tokens and general compressors need for the same text.

Unigram: each token by its frequency in as many tokens of the arm's corpora as a run sees. Bigram: by the token before
it, falling back on the unigram (a Dirichlet prior of 50 tokens; MacKay and Peto 1995). A model below the first has
learned something, one below the second more than neighbours. zstd and xz know nothing but the text itself: zstd 19
takes each document alone, xz all of them as one stream, in which a document can lean on those before. Bits are over
bytes of text, as the models'.
"""

from __future__ import annotations

import lzma
import math
from collections.abc import Iterable

import numpy as np

from trainer.ablate.held_out import HeldOut, _batch

PRIOR = 50.0
MOST = 50_000_000  # training tokens that are counted


def counted(tokens: Iterable[np.ndarray], held: HeldOut, size: int) -> dict[str, np.ndarray]:
    """float64[documents] bits of unigram and bigram, of a vocabulary of `size` ids."""
    single, pairs, times = _counts(tokens, size)
    found = {name: np.zeros(held.documents) for name in ("unigram", "bigram")}
    frequency = (single + 1) / (single.sum() + size)
    for at in range(0, held.rows.num_rows, 256):
        rows, starts, owners = _batch(held.rows.slice(at, 256), held.length)
        inside = (starts[:, 1:] == starts[:, :-1]) & (owners[:, 1:] >= 0)
        before, after, owner = rows[:, :-1][inside], rows[:, 1:][inside], owners[:, 1:][inside]
        code = before * size + after
        found_at = np.minimum(np.searchsorted(pairs, code), max(0, len(pairs) - 1))
        seen = np.where(pairs[found_at] == code, times[found_at], 0) if len(pairs) else np.zeros(len(code))
        conditional = (seen + PRIOR * frequency[after]) / (single[before] + PRIOR)
        found["unigram"] += np.bincount(owner, -np.log2(frequency[after]), held.documents)
        found["bigram"] += np.bincount(owner, -np.log2(conditional), held.documents)
    return found


def _counts(tokens: Iterable[np.ndarray], size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(int64[size] of each token, sorted codes of pairs, their counts)."""
    single, codes = np.zeros(size, np.int64), []
    for part in tokens:
        whole = part.astype(np.int64)
        single += np.bincount(whole, minlength=size)
        codes.append(whole[:-1] * size + whole[1:])
    pairs, times = np.unique(np.concatenate(codes) if codes else np.zeros(0, np.int64), return_counts=True)
    return single, pairs, times


def compressed(held: HeldOut, texts: list[bytes]) -> dict[str, dict[str, float]]:
    """Bits per byte of each group of documents, by compressor."""
    import zstandard

    alone = np.array([len(zstandard.ZstdCompressor(level=19, write_content_size=False).compress(t)) for t in texts])
    found: dict[str, dict[str, float]] = {"zstd 19, each alone": {}, "xz, all as one": {}}
    for name, mask in held.groups().items():
        chosen = np.flatnonzero(mask)
        stream = lzma.compress(b"".join(texts[at] for at in chosen), preset=9)
        found["zstd 19, each alone"][name] = 8 * float(alone[chosen].sum() / held.sizes[chosen].sum())
        found["xz, all as one"][name] = 8 * len(stream) / float(held.sizes[chosen].sum())
    return found


def unknown(size: int) -> float:
    """Bits a token of a model that knows nothing."""
    return math.log2(size)
