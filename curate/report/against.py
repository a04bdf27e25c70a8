"""What a run against older corpora did not take, in favour of which: one sentence for each of them."""

from __future__ import annotations

from collections import Counter

import pyarrow.compute as pc

from curate.corpus import Corpus
from schemas import corpora_of


def against(corpus: Corpus, paths: list[str]) -> list[str]:
    """`paths` as the recipe names them; told by the last part, so that a moved corpus is the same report."""
    if not paths:
        return []
    found: Counter[tuple[int, str]] = Counter()
    for batch in corpus.ledger().to_batches(columns=["keeper", "phase"], filter=pc.field("keeper").is_valid()):
        found.update(zip(corpora_of(batch["keeper"].to_numpy()).tolist(), batch["phase"].to_pylist(), strict=True))
    return [_sentence(path, found[n, "urls"], found[n, "near_duplicates"]) for n, path in enumerate(paths, 1)]


def _sentence(path: str, captures: int, near: int) -> str:
    name = path.rstrip("/").rsplit("/", 1)[-1]
    how = f"{captures:,} by their URL or payload, {near:,} as near duplicates"
    return f"Removed in favour of the older corpus {name}: {captures + near:,} documents, {how}."
