"""Contamination in the books: what was looked for, what was found in how many documents, and the clearest examples.

Read from the small files that `measure` wrote beside the signals. Documents of every fate count: what a rule removed
was in the input all the same.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from curate.corpus import Corpus, named, parquet
from curate.corpus.show import documents
from curate.pii import masked, masked_url
from curate.report.clean_text import head
from schemas import Manifest, make_ids

EXAMPLES, CHARS = 10, 280


def contamination(corpus: Corpus, markers: list[Manifest], min_overlap: float) -> dict[str, Any] | None:
    """By benchmark: items looked for, items found, documents with any n-gram, with an item; None if none is named."""
    looked_for = next((m.stats["contamination"] for m in markers if "contamination" in m.stats), None)
    if not isinstance(looked_for, dict):
        return None
    rows = _rows(corpus)
    found = rows.filter(pc.greater_equal(rows["overlap"], pa.scalar(np.float32(min_overlap))))
    listed = [
        {
            "name": name,
            **many,
            "documents_hit": _different(rows, name, "id"),
            "documents_with_items": _different(found, name, "id"),
            "items_found": _different(found, name, "item"),
        }
        for name, many in looked_for.items()
    ]
    return {
        "benchmarks": listed,
        "min_overlap": min_overlap,
        "examples": _examples(corpus, found),
        "notes": _notes(listed),
    }


def _rows(corpus: Corpus) -> pa.Table:
    """schemas.CONTAMINATION of all shards, with ids in place of rows."""
    parts = []
    for shard, path in corpus.files("measure", "contamination").items():
        part = parquet.read(path)
        parts.append(part.set_column(0, "id", pa.array(make_ids(shard, part["row"].to_numpy()))))
    return pa.concat_tables(parts)


def _different(rows: pa.Table, benchmark: str, column: str) -> int:
    return int(pc.count_distinct(rows.filter(pc.field("benchmark") == benchmark)[column]).as_py())


def _examples(corpus: Corpus, found: pa.Table) -> list[dict[str, Any]]:
    """The items that are most in a document, one document each; ties go to the lower id."""
    order = [("covered", "descending"), ("ngrams", "descending"), ("id", "ascending")]
    chosen: dict[tuple[str, str], dict[str, Any]] = {}
    for row in found.sort_by([*order, ("benchmark", "ascending"), ("item", "ascending")]).to_pylist():
        if len(chosen) == EXAMPLES:
            break
        chosen.setdefault((row["benchmark"], row["item"]), row)
    texts = documents(corpus, sorted({row["id"] for row in chosen.values()}), [*named.COLUMNS, "text"])
    return [
        {
            "benchmark": row["benchmark"],
            "item": head(row["item"], 80),
            "ngrams": row["ngrams"],
            "overlap": row["overlap"],
            "covered": row["covered"],
            "where": head(masked_url(named.name_of(texts[row["id"]]) or "unknown"), 160),
            "text": head(masked(texts[row["id"]]["text"]), CHARS),
        }
        for row in chosen.values()
        if row["id"] in texts
    ]


def _notes(listed: list[dict[str, Any]]) -> list[str]:
    """What was not looked for, a sentence a benchmark."""
    told = []
    for row in listed:
        why = [
            f"{row[key]:,} {words}"
            for key, words in (("too_short", "too short"), ("too_common", "of common phrases only"))
            if row[key]
        ]
        if why:
            told.append(f"{row['name']}: not looked for of {row['items']:,} items: {', '.join(why)}")
    return told
