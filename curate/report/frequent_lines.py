"""Frequent lines in the books: how many each bucket has, in how many documents, and the most frequent in words.

Sets are read a batch at a time and ten lines kept; then the files of line hashes, a batch at a time, up to the first
document that has each. So memory does not follow the corpus, and time is mostly that of the first shards of a bucket.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from curate.corpus import Corpus, parquet
from curate.corpus.show import documents
from curate.errors import UserError
from curate.pii import masked
from curate.report.clean_text import head
from schemas import Manifest, make_ids

MOST, CHARS = 10, 80


def frequent_lines(corpus: Corpus, markers: list[Manifest]) -> dict[str, Any] | None:
    """`buckets`: {bucket, lines, occurrences}, `most`: {documents, bucket, text, uid}; None where there is no rule.

    An occurrence is a document that has the line, however often: that is what the rule counts.
    """
    try:
        shards = _shards(corpus)
        sets = corpus.files("frequent_lines", "set")
    except UserError:
        return None
    if not shards:
        return None
    counted = [{name: int(m.stats[name]) for name in ("lines", "occurrences")} for m in markers]
    found = [{**line, **_first(corpus, line.pop("hash"), shards[line["bucket"]])} for line in _most(sets)]
    texts = documents(corpus, [line["id"] for line in found], ["uid", "text"])
    return {
        "buckets": [{"bucket": bucket, **row} for bucket, row in zip(sorted(sets), counted, strict=True)],
        "most": [_row(line, texts[line["id"]]) for line in found if line["id"] in texts],
    }


def _shards(corpus: Corpus) -> dict[int, list[int]]:
    """bucket -> its shards, ascending."""
    table = parquet.read(corpus.files("frequent_lines", "buckets")[0])
    found: dict[int, list[int]] = {}
    for shard, bucket in sorted(zip(table["shard"].to_pylist(), table["bucket"].to_pylist(), strict=True)):
        found.setdefault(bucket, []).append(shard)
    return found


def _most(sets: dict[int, str]) -> list[dict[str, int]]:
    """{bucket, hash, documents} of the most frequent, ties by bucket and hash; a line of two buckets is two."""
    kept = np.empty(0, [("documents", "<i8"), ("bucket", "<i8"), ("hash", "<u8")])
    for bucket in sorted(sets):
        for batch in parquet.dataset([sets[bucket]]).to_batches():
            new = np.empty(batch.num_rows, kept.dtype)
            new["bucket"], new["hash"], new["documents"] = bucket, batch["hash"], batch["documents"]
            both = np.concatenate([kept, new])
            kept = both[np.lexsort([both["hash"], both["bucket"], -both["documents"]])[:MOST]]
    return [{name: int(row[name]) for name in ("documents", "bucket", "hash")} for row in kept]


def _first(corpus: Corpus, hash: int, shards: list[int]) -> dict[str, int]:
    """`id` of the first document that has the line, and the line's number in it; -1 where none is known."""
    files = corpus.files("measure", "lines")
    for shard in (shard for shard in shards if shard in files):
        for rows, hashes, starts in _hashes(files[shard]):
            at = np.flatnonzero(hashes == np.uint64(hash))
            if len(at):
                document = int(np.searchsorted(starts, at[0], "right")) - 1
                return {"id": int(make_ids(shard, rows[document])), "line": int(at[0] - starts[document])}
    return {"id": -1, "line": -1}


def _hashes(url: str) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """(rows, hashes of all their lines, where each row's begin), a batch at a time, in the order of the file."""
    for batch in parquet.dataset([url]).to_batches(columns=["row", "hashes"]):
        lengths = batch["hashes"].value_lengths().to_numpy(zero_copy_only=False)
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        yield batch["row"].to_numpy(), batch["hashes"].flatten().to_numpy(), starts


def _row(line: dict[str, int], document: dict[str, Any]) -> dict[str, Any]:
    lines = masked(document["text"]).split("\n")
    text = lines[line["line"]].strip() if line["line"] < len(lines) else ""  # the document was taken out
    return {
        "documents": line["documents"],
        "bucket": line["bucket"],
        "text": head(text, CHARS),
        "uid": f"{document['uid']:016x}",
    }
