"""What a run against older corpora did not take, in favour of which: one sentence for each of them."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyarrow.compute as pc

from curate.corpus import Corpus
from curate.errors import UserError
from schemas import corpora_of


def against(corpus: Corpus, recipe: dict[str, Any]) -> list[str]:
    """Of the recipe's `against`; told by the last part of each path, so that a moved corpus is the same report."""
    paths = recipe.get("against") or []
    if not paths:
        return []
    found: Counter[tuple[int, str]] = Counter()
    for batch in corpus.ledger().to_batches(columns=["keeper", "phase"], filter=pc.field("keeper").is_valid()):
        found.update(zip(corpora_of(batch["keeper"].to_numpy()).tolist(), batch["phase"].to_pylist(), strict=True))
    near_is_off = not recipe.get("near_duplicates")
    no_urls = not any(found[n, "urls"] for n in range(1, len(paths) + 1)) and not _has_urls(corpus)
    return [
        _sentence(
            path,
            None if no_urls else found[n, "urls"],
            None if near_is_off else found[n, "near_duplicates"],
        )
        for n, path in enumerate(paths, 1)
    ]


def _has_urls(corpus: Corpus) -> bool:
    try:
        return corpus.documents().head(1, columns=["url"], filter=pc.field("url").is_valid()).num_rows > 0
    except UserError:  # `curate clean` dropped work/
        return True


def _sentence(path: str, captures: int | None, near: int | None) -> str:
    """None: could not be looked for."""
    name = path.rstrip("/").rsplit("/", 1)[-1]
    gone = (captures or 0) + (near or 0)
    by_url = "none by URL (no document has one)" if captures is None else f"{captures:,} by their URL or payload"
    by_text = "near duplicates are off" if near is None else f"{near:,} as near duplicates"
    documents = "document" if gone == 1 else "documents"
    return f"Removed in favour of the older corpus {name}: {gone:,} {documents}, {by_url}, {by_text}."
