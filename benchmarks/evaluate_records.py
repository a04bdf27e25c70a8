"""Every file of the development data, in one command: documents or ledger rows, and the books balance.

`curate run .data`, all kinds told by the files themselves. What each file holds is counted once more, naively
(`records_counted`). Files of no kind are named: each must have its row in the ledger, with the reason.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq

from benchmarks.corpora import Corpora
from benchmarks.records_counted import records
from benchmarks.rows import Row
from curate.corpus import Corpus, detail
from curate.storage import read_bytes
from schemas import shards_of


def rows(corpora: Corpora) -> list[Row]:
    corpus = corpora.all_data
    pieces = pq.read_table(corpus.files("shards", "shards")[0]).to_pylist()
    by_kind: Counter[str] = Counter()
    by_shard: Counter[int] = Counter()
    for piece in pieces:
        count = records(Path(piece["url"]), piece["source"])
        by_kind[piece["source"]] += count
        by_shard[piece["shard"]] += count
    booked = _booked(corpus)
    audit = json.loads(read_bytes(corpus.file("report", "audit.json")))
    unread = sum(row["phase"] == "shards" for row in corpus.ledger().to_table(["phase"]).to_pylist())
    silent, files = _silent(corpora, corpus), len(_all(corpora.data))
    off = sum(by_shard[shard] != booked[shard] for shard in by_shard | booked)
    funnel = audit["funnel"]
    return [
        Row("records: documents rows + ledger rows of urls", booked.total(), "records", len(pieces)),
        Row(
            "records: counted independently over ours", round(by_shard.total() / booked.total(), 5), "ratio",
            booked.total(), reference="headers, lines, tags, members", bar="= 1",
        ),
        *(Row(f"records: of {kind}", by_kind[kind], "records", _files(pieces, kind)) for kind in sorted(by_kind)),
        Row("records: shards whose count differs", off, "shards", len(by_shard), bar="= 0"),
        Row("records: files without documents or ledger rows", len(silent), "files", files, bar="= 0"),
        Row("records: files not read, with a reason in the ledger", unread, "files", files),
        Row("records: phases whose books do not balance", sum(bool(r["unbalanced"]) for r in funnel), "phases",
            len(funnel), bar="= 0"),
        Row("records: documents kept", funnel[-1]["documents_kept"], "documents", booked.total()),
        Row("records: tokens kept", funnel[-1]["tokens_kept"], "tokens", booked.total()),
    ]  # fmt: skip


def _all(data: Path) -> list[Path]:
    return [path for path in sorted(data.rglob("*")) if path.is_file()]


def _files(pieces: list[dict], kind: str) -> int:
    return len({piece["url"] for piece in pieces if piece["source"] == kind})


def _silent(corpora: Corpora, corpus: Corpus) -> list[str]:
    """Files of which neither `documents` nor the ledger has a row."""
    told = set(corpus.documents().to_table(["path"])["path"].to_pylist())
    for row in corpus.ledger().to_table(["phase", "detail"]).to_pylist():
        found = detail.read(row["detail"])
        told.add(found.path if found else row["detail"])
    files = [f"{corpora.data.name}/{path.relative_to(corpora.data)}" for path in _all(corpora.data)]
    return [file for file in files if file not in told]


def _booked(corpus: Corpus) -> Counter[int]:
    """shard -> rows of documents, and of the ledger for what was never extracted"""
    found = Counter({n: pq.read_metadata(path).num_rows for n, path in corpus.files("extract", "documents").items()})
    ledger = corpus.ledger().to_table(["id", "phase"]).to_pylist()
    found.update(int(shards_of(row["id"])) for row in ledger if row["phase"] == "urls" and row["id"] is not None)
    return found
