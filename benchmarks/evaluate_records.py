"""Every record of the input is a documents row or a ledger row, and the books balance.

The count that ours is held against is naive and shares no code with the readers: WARC records by their headers and
stated lengths in each gzip member (ISO 28500), JSON by lines that are not blank, text by files.
"""

from __future__ import annotations

import json
import re
import zlib
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq

from benchmarks.corpora import INPUTS, Corpora
from benchmarks.rows import Row
from curate.corpus import Corpus
from curate.storage import read_bytes
from schemas import shards_of

_HEAD = re.compile(rb"^WARC/[01]\.\d+\r*\n(?:.+\n)*?\r*\n", re.MULTILINE)
_TYPE = re.compile(rb"^WARC-Type:\s*(?:response|resource|conversion)\s*$", re.MULTILINE | re.IGNORECASE)
_LENGTH = re.compile(rb"^Content-Length:\s*(\d+)", re.MULTILINE | re.IGNORECASE)


def rows(corpora: Corpora) -> list[Row]:
    corpus = corpora.everything
    pieces = pq.read_table(corpus.files("shards", "shards")[0]).to_pylist()
    expected: Counter[int] = Counter()
    for piece in pieces:
        expected[piece["shard"]] += records(Path(piece["url"]), piece["source"])
    booked = _booked(corpus)
    known = {piece["url"] for piece in pieces}
    audit = json.loads(read_bytes(corpus.file("report", "audit.json")))
    roots = [corpora.data / name for name in INPUTS]
    files = [path for root in roots for path in [root, *root.rglob("*")] if path.is_file()]
    unknown = sum(row["phase"] == "shards" for row in corpus.ledger().to_table(["phase"]).to_pylist())
    off = sum(expected[shard] != booked[shard] for shard in expected)
    return [
        Row("records: documents rows + ledger rows of urls", booked.total(), "records", len(pieces)),
        Row(
            "records: counted independently over ours", round(expected.total() / booked.total(), 5), "ratio",
            booked.total(), reference="WARC headers, lines, files", bar="= 1",
        ),
        Row("records: shards whose count differs", off, "shards", len(expected), bar="= 0"),
        Row(
            "records: files neither read nor in the ledger", len(files) - len(known) - unknown, "files", len(files),
            bar="= 0",
        ),
        Row("records: phases whose books do not balance", sum(bool(r["unbalanced"]) for r in audit["funnel"]), "phases",
            len(audit["funnel"]), bar="= 0"),
        Row("records: documents kept", audit["funnel"][-1]["documents_kept"], "documents", booked.total()),
        Row("records: tokens kept", audit["funnel"][-1]["tokens_kept"], "tokens", booked.total()),
    ]  # fmt: skip


def records(path: Path, kind: str) -> int:
    if kind == "text":
        return 1
    members = _members(path.read_bytes())
    if kind == "jsonl":
        return sum(bool(line.strip()) for line in b"".join(members).split(b"\n"))
    return sum(_wanted(member) for member in members)


def _booked(corpus: Corpus) -> Counter[int]:
    """shard -> rows of documents, and of the ledger for what was never extracted"""
    found = Counter({n: pq.read_metadata(path).num_rows for n, path in corpus.files("extract", "documents").items()})
    ledger = corpus.ledger().to_table(["id", "phase"]).to_pylist()
    found.update(int(shards_of(row["id"])) for row in ledger if row["phase"] == "urls" and row["id"] is not None)
    return found


def _members(content: bytes) -> list[bytes]:
    """The gzip members of a file, as far as each goes; what is not gzip is one."""
    if not content.startswith(b"\x1f\x8b"):
        return [content]
    members = []
    while content.startswith(b"\x1f\x8b"):
        member = zlib.decompressobj(wbits=31)
        try:
            members.append(member.decompress(content))
        except zlib.error:
            break
        content = member.unused_data
    return members


def _wanted(content: bytes) -> int:
    """Responses, resources and conversions. What lies inside the stated length of a record is none, unless that length
    is wrong: then nothing that starts a record, and no end of the file, stands behind it."""
    count, at = 0, 0
    while head := _HEAD.search(content, at):
        count += bool(_TYPE.search(head[0]))
        length = _LENGTH.search(head[0])
        end = head.end() + (int(length[1]) if length else 0)
        behind = content[end : end + 64].lstrip(b"\r\n")
        right = end <= len(content) and (not behind or behind.startswith(b"WARC/"))
        at = end if right else head.end()
    return count
