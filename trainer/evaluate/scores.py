"""How many bits a model needs for each document of held-out shards.

Scored is every token of text but the first of each piece, which has nothing before it to be predicted from; the
end-of-text is no text and is left out. A document's bytes are those of its scored tokens, so that bits and bytes are
of the same text, whatever the vocabulary. A document that a row cut is scored with what stands in the row, as in
training; its parts, and the copies that a mix made, are one document.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch

from trainer.data.batch import build
from trainer.data.footers import Source
from trainer.data.rows import Rows, decode
from trainer.data.shards import Shards, Stream
from trainer.data.vocabulary import Vocabulary
from trainer.model import Llama

LN2 = float(np.log(2))


@dataclass(frozen=True)
class Scores:
    """Of each document of one category; documents in the order of their ids."""

    ids: np.ndarray  # int64
    bits: np.ndarray  # float64
    bytes: np.ndarray  # int64
    tokens: np.ndarray  # int64: scored ones

    @property
    def bits_per_byte(self) -> float:
        """Of all text together, so a long document counts for more; NaN of none."""
        return float(self.bits.sum() / self.bytes.sum()) if self.bytes.sum() else float("nan")


def score(
    model: Llama,
    shards: Shards,
    bytes_of: np.ndarray,
    source: Source | None = None,
    *,
    rows: int | None = None,
    seed: int = 0,
    batch: int = 1,
) -> dict[str, Scores]:
    """Corpus/category to its scores: of all rows, or of `rows` of each drawn by `seed`; `batch` rows go at once.

    `bytes_of` has the bytes of each token id (`trainer.vocabulary`).
    """
    return {
        name: _of_stream(model, stream, shards, bytes_of, source or Source(), rows, seed, batch)
        for name, stream in shards.streams.items()
    }


def _of_stream(
    model: Llama,
    stream: Stream,
    shards: Shards,
    bytes_of: np.ndarray,
    source: Source,
    rows: int | None,
    seed: int,
    batch: int,
) -> Scores:
    found: list[tuple[np.ndarray, ...]] = []
    chosen = list(_chosen(stream, shards.vocabulary, source, rows, seed))
    for at in range(0, len(chosen), batch):
        found += _of_rows(model, shards, chosen[at : at + batch], bytes_of)
    ids, bits, size, tokens = (np.concatenate(column) for column in zip(*found, strict=True))
    documents, where = np.unique(ids, return_inverse=True)
    summed = (np.bincount(where, of, len(documents)) for of in (bits, size, tokens))
    bits, size, tokens = summed
    scored = tokens > 0
    return Scores(documents[scored], bits[scored], size[scored].astype(np.int64), tokens[scored].astype(np.int64))


def _chosen(
    stream: Stream, vocabulary: Vocabulary, source: Source, rows: int | None, seed: int
) -> Iterator[tuple[Rows, int]]:
    """(row group, row in it) of the rows to score, in the order of the files."""
    total = int(stream.rows.sum())
    drawn = np.arange(total)
    if rows is not None and rows < total:
        drawn = np.sort(np.random.Generator(np.random.PCG64(seed)).permutation(total)[:rows])
    first = 0
    for at in range(len(stream)):
        last = first + int(stream.rows[at])
        within = drawn[(drawn >= first) & (drawn < last)] - first
        if len(within):
            group = decode(stream[at], vocabulary, source)
            yield from ((group, int(row)) for row in within)
        first = last


@torch.no_grad()
def _of_rows(
    model: Llama, shards: Shards, rows: list[tuple[Rows, int]], bytes_of: np.ndarray
) -> list[tuple[np.ndarray, ...]]:
    """ids, bits, bytes, scored tokens of the pieces of each row."""
    batch = build(shards.length, rows, np.zeros(len(rows), np.int64))
    device = next(model.parameters()).device
    tokens, starts, targets = (x.to(device) for x in (batch.tokens, batch.starts, batch.targets))
    weights = batch.weights * (batch.targets != shards.vocabulary.end_of_text)
    _, nll = model(tokens, starts, targets=targets, weights=weights.to(device))
    bits = (nll.cpu() * weights).double().numpy() / LN2
    scored = weights.numpy() > 0
    size = bytes_of[batch.targets.numpy()] * scored
    return [
        (ids, *(np.add.reduceat(of[at], begin) for of in (bits, size, scored.astype(np.int64))))
        for at, (ids, begin, _) in enumerate(batch.pieces)
    ]
