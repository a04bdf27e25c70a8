"""Near-duplicate clusters: how many of each size, the largest with the document that stayed, and hot bands.

A cluster is a kept document with those removed in its favour. Of keepers only the largest clusters' are looked up.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pyarrow.compute as pc

from curate.corpus import Corpus, named
from curate.corpus.show import documents
from curate.errors import UserError
from curate.pii import masked_url
from curate.report.clean_text import head
from curate.storage import exists, join, read_bytes

MOST = 10


def clusters(corpus: Corpus) -> dict[str, Any]:
    """`clusters`: [size, how many]; `largest_clusters`: {documents, where, uid} of the keeper, the largest first."""
    near = (pc.field("phase") == "near_duplicates") & pc.field("keeper").is_valid()
    counted = pc.value_counts(corpus.ledger().to_table(["keeper"], filter=near)["keeper"])
    keepers, removed = (np.asarray(counted.field(name), np.int64) for name in ("values", "counts"))
    largest = np.lexsort([keepers, -removed])[:MOST]
    kept = documents(corpus, keepers[largest].tolist(), ["uid", *named.COLUMNS])
    sizes, many = np.unique(removed + 1, return_counts=True)
    return {
        "clusters": [list(pair) for pair in zip(sizes.tolist(), many.tolist(), strict=True)],
        "largest_clusters": [_row(int(removed[n]) + 1, kept.get(int(keepers[n]), {})) for n in largest],
    }


def hot_bands(corpus: Corpus) -> list[str]:
    """One sentence where bands were too hot to compare all of their documents."""
    try:
        path = join(corpus.phase_folder("near_duplicates"), "hot-00000.json")
    except UserError:
        return []
    found = json.loads(read_bytes(path)) if exists(path) else {}
    if not found.get("hot_band_count"):
        return []
    return [
        f"Bands of sketches that too many documents share to compare each with each: {found['hot_band_count']:,}, the "
        f"largest of {found['hot_bands'][0][0]:,} documents; at most {found['not_compared_in_hot_bands']:,} pairs in "
        "them were not looked at (near_duplicates.hot_band, window)."
    ]


def _row(size: int, keeper: dict[str, Any]) -> dict[str, Any]:
    uid = keeper.get("uid")
    where = named.name_of(keeper) or "unknown"
    return {"documents": size, "where": head(masked_url(where), 160), "uid": None if uid is None else f"{uid:016x}"}
