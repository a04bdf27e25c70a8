"""Held-out documents that stand in a training text all the same, on another host: copies, mirrors, quotations.

A line is what `curate.dedup.lines` says, normalised; a held-out document counts as copied where lines with half of its
characters (of those in lines of 20 and more) occur in any text that some arm is trained on. Only the hashes of the
held-out lines are kept, so memory follows them and not the corpora, whose text is read once. Reworded copies are not
found. The reading also proves that the rule held: a training text whose key is a held-out one stops it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from curate.corpus.corpus import Corpus
from curate.dedup.urls import host
from curate.errors import UserError
from curate.holdout.documents import training_texts
from curate.signals.holdout import keys, part

MIN_CHARS = 20
MOST = 0.5


def copied(texts: Sequence[str], corpora: Sequence[Corpus], share: float) -> np.ndarray:
    """float64[n]: what part of each held-out text stands in the training text of any of the corpora."""
    from curate.dedup.lines import line_hashes

    hashes, offsets = line_hashes(pa.array(texts, pa.string()), MIN_CHARS)
    known = np.unique(hashes[hashes != 0])
    seen = np.zeros(len(known), bool)
    for corpus in corpora:
        for batch in training_texts(corpus):
            _check(corpus, batch, share)
            met, _ = line_hashes(batch["text"], MIN_CHARS)
            at = np.searchsorted(known, met)
            inside = at < len(known)
            seen[at[inside][known[at[inside]] == met[inside]]] = True
    return np.array([_part(text, hashes[a:b], known, seen) for text, a, b in _spans(texts, offsets)])


def _spans(texts: Sequence[str], offsets: np.ndarray) -> list[tuple[str, int, int]]:
    return list(zip(texts, offsets[:-1].tolist(), offsets[1:].tolist(), strict=True))


def _part(text: str, hashes: np.ndarray, known: np.ndarray, seen: np.ndarray) -> float:
    chars = np.array([len(line) for line in text.split("\n")])
    counted = hashes != 0
    if not counted.any():
        return 0.0
    stands = np.zeros(len(hashes), bool)
    stands[counted] = seen[np.searchsorted(known, hashes[counted])]
    return float(chars[stands].sum() / chars[counted].sum())


def _check(corpus: Corpus, batch: pa.RecordBatch, share: float) -> None:
    hosts = pa.array([host(url) if url else None for url in batch["url"].to_pylist()], pa.string())
    table = pa.Table.from_batches([batch]).append_column("host", hosts)
    for key in dict.fromkeys(keys(table)):
        if part(key) < np.float32(share):
            raise UserError(
                f"{corpus.path}: {key} is held out (holdout.part {part(key):.4f}, below {share}), yet text/ has a "
                "document of it; run the recipe again with the rule on holdout.part as its first"
            )
