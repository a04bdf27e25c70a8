"""A finished run of short documents, written through the contracts: what samples and links are tested on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from curate.dedup.urls import host
from schemas import CLEAN, DOCUMENTS, LINKS, SIGNALS, TEXT, Contract, check, uid

PHASES = ("extract", "measure", "clean")


@dataclass(frozen=True)
class Doc:
    """`kept` says whether `clean` has it; `links` are what it cites."""

    text: str
    url: str | None = None
    language: str = "en"
    group: str = "web"
    source: str = "warc"
    member: str | None = None
    math: float | None = 0.0
    kept: bool = True
    links: tuple[str, ...] = ()


def path_of(shard: int) -> str:
    return f"web/{shard}.warc.gz"


def write(root: Path, shards: list[list[Doc]], work: bool = True) -> Path:
    """The folder of a corpus; rows are numbered from 1, and the edited text of a document ends in ` (clean)`."""
    root.mkdir(parents=True, exist_ok=True)
    for number, documents in enumerate(shards):
        rows = list(enumerate(documents, 1))
        if work:
            _working(root, number, rows)
        _finished(root, number, [(row, doc) for row, doc in rows if doc.kept])
    if work:
        for phase in PHASES:
            (root / f"work/{phase}-k/manifest.json").write_text("{}")
    (root / "recipe.yaml").write_text("base: null\nname: made\nsources: [{paths: [/crawl]}]\n")
    (root / "manifest.json").write_text(json.dumps({"root": "", "files": {}}))
    (root / "facts.json").write_text(json.dumps({"phases": {phase: "k" for phase in PHASES}}))
    return root


def _working(root: Path, number: int, rows: list[tuple[int, Doc]]) -> None:
    documents = [
        {
            "row": row,
            **_about(number, row, doc),
            "record_offset": row,
            "host": host(doc.url) if doc.url else None,
            "status": "ok",
            "language_score": 0.9,
            "rights": [],
            "text": doc.text,
            "chars": len(doc.text),
        }
        for row, doc in rows
    ]
    _table(root / f"work/extract-k/documents-{number:05d}.parquet", documents, DOCUMENTS)
    signals = [{"row": row, "math.score": doc.math} for row, doc in rows]
    extra = SIGNALS.with_columns([pa.field("math.score", pa.float32())])
    _table(root / f"work/measure-k/signals-{number:05d}.parquet", signals, SIGNALS, extra)
    links = [{"row": row, "url": url} for row, doc in rows for url in doc.links]
    if links:
        _table(root / f"work/extract-k/links-{number:05d}.parquet", links, LINKS)
    clean = [
        {"row": row, "text": f"{doc.text} (clean)", "removed_lines": [], "chars": len(doc.text), "tokens": [1]}
        for row, doc in rows
        if doc.kept
    ]
    _table(root / f"work/clean-k/clean-{number:05d}.parquet", clean, CLEAN)


def _finished(root: Path, number: int, rows: list[tuple[int, Doc]]) -> None:
    for category, mine in (("general", rows[::2]), ("other", rows[1::2])):
        text = [
            {"id": row, **_about(number, row, doc), "text": doc.text, "tokens": len(doc.text) // 4, "repeats": 1}
            for row, doc in mine
        ]
        _table(root / f"text/category={category}/part-{number:05d}.parquet", text, TEXT)


def _about(number: int, row: int, doc: Doc) -> dict[str, object]:
    own = {"url": doc.url, "path": path_of(number), "source": doc.source, "group": doc.group, "member": doc.member}
    return {"uid": uid(path_of(number), row), "language": doc.language, **own}


def _table(path: Path, rows: list[dict[str, object]], contract: Contract, schema: pa.Schema | None = None) -> None:
    table = pa.Table.from_pylist(rows, schema or contract.schema)
    assert not check(table.schema, contract)
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path)
