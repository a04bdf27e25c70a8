"""Where a document falls between 0 and 1 by a hash of its host: what a rule sets aside before anything is curated.

`{signal: holdout.part, min: 0.05, groups: all}` as the first rule of a recipe removes the documents of a twentieth of
all hosts, each with a ledger row. The same rule in another recipe removes the same documents, so corpora that two
recipes make of one input can be compared on text that neither was trained on (docs/ablation.md). Whole hosts go, since
pages of one host share their templates and passages.

A document without a host goes with its repository or archive, where it is code out of one, else alone. The hash is
xxh3 of 64 bits; its seed is ours: with 30 one of the demonstration's three large hosts lies below 0.05.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import xxhash

from curate.signals._signal import Signal

if TYPE_CHECKING:
    from curate.kernels.scan import Scan

SEED = 30
BITS = 24  # as many as float32 holds exactly

SIGNALS = {
    "part": Signal(
        pa.float32(),
        "from 0, below 1",
        "a hash of the document's host; without one, of its repository or itself",
        "ours",
        f"floor(xxh3_64(key, seed {SEED}) / 2^{64 - BITS}) / 2^{BITS}",
    )
}
_COLUMNS = ("host", "group", "path", "member", "uid")


def compute(scan: Scan, documents: pa.RecordBatch) -> dict[str, np.ndarray]:
    """One value a document."""
    return {"part": np.array([part(key) for key in keys(documents)], np.float32)}


def part(key: str) -> float:
    """Where a key falls."""
    return (xxhash.xxh3_64_intdigest(key.encode("utf-8", "replace"), seed=SEED) >> (64 - BITS)) / (1 << BITS)


def keys(documents: pa.RecordBatch | pa.Table) -> list[str]:
    """What must stay on one side: the host, the repository or archive of a file of code, else the document alone."""
    rows, names = documents.num_rows, documents.schema.names
    columns = (documents.column(name).to_pylist() if name in names else [None] * rows for name in _COLUMNS)
    return [
        host or (path if group == "code" and member and path else f"{path or ''}#{uid or 0:016x}")
        for host, group, path, member, uid in zip(*columns, strict=True)
    ]
