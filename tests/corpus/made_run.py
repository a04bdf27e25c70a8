"""A small finished run, written through the contracts as the phases write it: 3 shards, 8 records each.

Of each shard's rows: 0 removed by `urls` (no documents row), 1 failed extraction, 2 removed by a rule, 3 a near
duplicate of row 4, 4 to 7 kept (5 lost a line, 6 is mathematics, 7 is repeated). The text of row 4 is hostile HTML.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from curate.corpus import detail
from curate.report import histogram
from schemas import CLEAN, DOCUMENTS, LEDGER, SIGNALS, TEXT, Contract, Counts, Manifest, check, make_ids, tokens, uid
from schemas import SHARDS as SHARD_TABLE

SHARDS, ROWS, LENGTH = 3, 8, 16
HOSTILE = '<script>alert("x")</script>\x1b[31m \u202eevil <img src=x onerror=alert(1)>'
RULE, NEAR, URLS = "gopher.words < 50", "similar", "older capture"
RECIPE = """base: null
name: made
sources: [{paths: [/crawl/web], label: web}]
rules:
  - {signal: gopher.words, min: 50}
"""
PHASES = (
    "shards",
    "urls",
    "extract",
    "measure",
    "filter",
    "near_duplicates",
    "clean",
    "score",
    "select",
    "mix",
    "pack",
)


def url(shard: int, row: int) -> str:
    return f"https://host{shard}.example.org/{row}"


def id_of(shard: int, row: int) -> int:
    return int(make_ids(shard, np.array([row]))[0])


def uid_of(shard: int, row: int) -> int:
    return uid(f"web/{shard}.warc.gz", row * 1000)


def write(root: Path) -> Path:
    for shard in range(SHARDS):
        _shard(root, shard)
    for phase in PHASES:
        counts, stats = _books(phase)
        for shard in range(SHARDS):
            _json(root / f"work/{phase}-k/done/{shard:05d}.json", Manifest(phase, 1, "k", counts=counts, stats=stats))
        _json(root / f"work/{phase}-k/manifest.json", Manifest(phase, 1, "k"))
    _table(root / "work/shards-k/shards-00000.parquet", [_piece(shard) for shard in range(SHARDS)], SHARD_TABLE)
    (root / "recipe.yaml").write_text(RECIPE)
    (root / "manifest.json").write_text(json.dumps({"root": "", "files": {}}))
    (root / "facts.json").write_text(json.dumps({"phases": {p: "k" for p in PHASES}}))
    (root / "tokens/vocabulary.tiktoken").write_text("")
    return root


def without_urls(run: Path, folder: Path) -> Path:
    """A copy whose documents are members of archives, and have no URLs."""
    shutil.copytree(run, folder)
    for path in sorted(folder.glob("work/extract-k/documents-*.parquet")):
        rows = pq.read_table(path).to_pylist()
        _table(path, [{**row, "url": None, "member": f"src/{row['row']}.py"} for row in rows], DOCUMENTS)
    return folder


def _piece(shard: int) -> dict[str, object]:
    where = {
        "url": f"/crawl/other/{shard}.warc.gz",
        "path": f"web/{shard}.warc.gz",
        "start": 0,
        "end": -1,
        "bytes": 8000,
    }
    return {"shard": shard, "piece": 0, "source": "warc", "source_index": 0, "group": "web", **where}


def text_of(shard: int, row: int) -> str:
    if row == 1:
        return ""
    body = HOSTILE if row == 4 else f"The document number {row} of shard {shard}."
    return body + ("\nAll rights reserved by the footer.\nlast line" if row == 5 else "")


def _shard(root: Path, shard: int) -> None:
    rows = range(1, ROWS)
    documents = [
        {
            "row": r,
            "uid": uid_of(shard, r),
            "url": url(shard, r),
            "path": f"web/{shard}.warc.gz",
            "record_offset": r * 1000,
            "source": "warc",
            "group": "web",
            "host": f"host{shard}.example.org",
            "date": dt.datetime(2026, 1, r, tzinfo=dt.UTC),
            "status": "ok" if r != 1 else "empty",
            "language": "de" if r == 7 else "en",
            "language_score": 0.9,
            "charset": "utf-8",
            "title": None,
            "license": None,
            "rights": [],
            "text": text_of(shard, r),
            "chars": len(text_of(shard, r)),
        }
        for r in rows
    ]
    _table(root / f"work/extract-k/documents-{shard:05d}.parquet", documents, DOCUMENTS)
    signals = [{"row": r, "gopher.words": 10 if r == 2 else 50 + r, "gopher.mean_word_length": 4.5} for r in rows]
    extra = [pa.field("gopher.words", pa.int32()), pa.field("gopher.mean_word_length", pa.float32())]
    _table(root / f"work/measure-k/signals-{shard:05d}.parquet", signals, SIGNALS, SIGNALS.with_columns(extra))
    kept = range(4, ROWS)
    clean = [
        {
            "row": r,
            "text": text_of(shard, r).replace("\nAll rights reserved by the footer.", ""),
            "removed_lines": [1] if r == 5 else [],
            "chars": 1,
            "tokens": [1, 2, 3],
        }
        for r in kept
    ]
    _table(root / f"work/clean-k/clean-{shard:05d}.parquet", clean, CLEAN)
    _ledgers(root, shard)
    for category, mine in (("general", [4, 5, 7]), ("math", [6])):
        _products(root, shard, category, mine)


def _ledgers(root: Path, shard: int) -> None:
    ledger = {name: None for name in LEDGER.schema.names}
    rows = {
        "urls": {
            "id": id_of(shard, 0),
            "uid": uid_of(shard, 0),
            "action": "remove",
            "rule": URLS,
            "keeper": id_of(shard, 4),
            "detail": detail.write(f"web/{shard}.warc.gz", 0, url(shard, 0)),
        },
        "filter": {
            "id": id_of(shard, 2),
            "uid": uid_of(shard, 2),
            "action": "remove",
            "rule": RULE,
            "signal": "gopher.words",
            "value": 10.0,
            "threshold": 50.0,
            "chars_before": 30,
            "chars_after": 0,
        },
        "near_duplicates": {
            "id": id_of(shard, 3),
            "uid": uid_of(shard, 3),
            "action": "remove",
            "rule": NEAR,
            "signal": "jaccard",
            "keeper": id_of(shard, 4),
            "similarity": 0.875,
            "chars_before": 30,
            "chars_after": 0,
        },
        "clean": {
            "id": id_of(shard, 5),
            "uid": uid_of(shard, 5),
            "action": "edit",
            "rule": "frequent_lines",
            "chars_before": 70,
            "chars_after": 35,
        },
        "mix": {"id": id_of(shard, 7), "uid": uid_of(shard, 7), "action": "repeat", "rule": "mix", "value": 2.0},
    }
    if shard == 0:
        rows["shards"] = {
            "id": None,
            "uid": uid("web/noise.bin", 0),
            "action": "remove",
            "rule": "unknown kind",
            "detail": "web/noise.bin",
        }
    for phase, row in rows.items():
        _table(root / f"ledger/{phase}-{shard:05d}.parquet", [{**ledger, "phase": phase, **row}], LEDGER)


def _products(root: Path, shard: int, category: str, rows: list[int]) -> None:
    text = [
        {
            "id": id_of(shard, r),
            "uid": uid_of(shard, r),
            "text": text_of(shard, r),
            "url": url(shard, r),
            "source": "warc",
            "path": f"web/{shard}.warc.gz",
            "group": "web",
            "language": "de" if r == 7 else "en",
            "date": None,
            "license": None,
            "tokens": 3,
            "repeats": 2 if r == 7 else 1,
        }
        for r in rows
    ]
    _table(root / f"text/category={category}/part-{shard:05d}.parquet", text, TEXT)
    pieces = [r for r in rows for _ in range(2 if r == 7 else 1)]
    row = {
        "tokens": [1] * LENGTH,
        "length": 4 * len(pieces),
        "starts": [4 * i for i in range(len(pieces))],
        "ids": [id_of(shard, r) for r in pieces],
        "offsets": [0] * len(pieces),
        "bytes": [30] * len(pieces),
    }
    path = root / f"tokens/sequence={LENGTH}/category={category}/part-{shard:05d}.parquet"
    _table(path, [row], tokens(LENGTH))


def _books(phase: str) -> tuple[Counts, dict[str, object]]:
    """Of one shard; the same for each."""
    standing = {"shards": 8, "urls": 8, "extract": 7, "measure": 7, "filter": 6, "near_duplicates": 5}.get(phase, 4)
    removed = {
        "urls": (URLS, 1, 0),
        "extract": ("empty", 1, 0),
        "filter": (RULE, 1, 30),
        "near_duplicates": (NEAR, 1, 30),
    }.get(phase)
    if phase == "measure":
        standing = 6
    lost = removed[1] if removed else 0
    chars = 30 * standing if phase not in ("shards", "urls", "extract") else 0
    gone = removed[2] if removed else 0
    counts = Counts(standing, standing - lost, lost, chars, chars - gone, gone)
    stats: dict[str, object] = {"removed": {removed[0]: [removed[1], removed[2], 0]} if removed else {}}
    if phase == "filter":
        words = histogram.counts(np.array([10, 54, 55, 56, 57, 53]))
        stats["histograms"] = {"gopher.words": {str(b): n for b, n in words.items()}}
    if phase == "clean":
        counts.tokens_in = counts.tokens_kept = 12
    return counts, stats


def _table(path: Path, rows: list[dict[str, object]], contract: Contract, schema: pa.Schema | None = None) -> None:
    table = pa.Table.from_pylist(rows, schema or contract.schema)
    assert not check(table.schema, contract), check(table.schema, contract)
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path)


def _json(path: Path, manifest: Manifest) -> None:
    assert not manifest.counts.unbalanced()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(manifest.to_json())
