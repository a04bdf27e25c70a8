"""Where a document lies: from a uid, an id, a URL or a path to (shard, row), for records with and without a document.

Columns are scanned file by file with the filter pushed down to Parquet; nothing but the matching rows is held. A record
that `urls` removed has no documents row, and an unknown file has no id: both are found through the ledger's `detail`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemas import LEDGER, make_ids, rows_of, shards_of

if TYPE_CHECKING:
    from curate.corpus.corpus import Corpus

CANDIDATES = 20_000  # URLs that `nearest` compares at most


@dataclass
class Match:
    """A record: its documents row, if it has one, and its ledger rows."""

    id: int | None
    document: dict[str, Any] | None
    ledger: list[dict[str, Any]] = field(default_factory=list)


def find(corpus: Corpus, what: str | int) -> list[Match]:
    """Every record that `what` names, in order of ids; files without records last."""
    condition = _condition(what)
    matches = {id: Match(id, document) for id, document in _documents(corpus, condition.documents)}
    for number, names in _numbers(str(what).strip()):
        if "id" in names and number < 1 << 63 and (document := row_of(corpus, "extract", "documents", number)):
            matches[number] = Match(number, document)
    uids = {match.document["uid"] for match in matches.values() if match.document}
    by_uid = pc.field("uid").isin(np.array(sorted(uids), np.uint64)) if uids else pc.scalar(False)
    rows = corpus.ledger().to_table(LEDGER.schema.names, filter=condition.ledger | by_uid).to_pylist()
    for row in sorted(rows, key=lambda r: (r["id"] is None, r["id"] or 0, r["uid"], r["phase"], r["rule"])):
        key = row["id"] if row["id"] is not None else -1 - row["uid"]
        matches.setdefault(key, Match(row["id"], None)).ledger.append(row)
    return sorted(matches.values(), key=lambda m: (m.id is None, m.id or 0))


def one(corpus: Corpus, id: int) -> dict[str, Any] | None:
    """The documents row of an id, without its text."""
    return row_of(corpus, "extract", "documents", id, drop=("text",))


def row_of(corpus: Corpus, phase: str, name: str, id: int, drop: tuple[str, ...] = ()) -> dict[str, Any] | None:
    """The row of an id in its shard's file of a phase; None where there is none."""
    path = corpus.files(phase, name).get(int(shards_of(np.array([id]))[0]))
    if path is None:
        return None
    columns = [c for c in pq.read_schema(path).names if c not in drop]
    found = pq.read_table(path, columns=columns, filters=pc.field("row") == int(rows_of(np.array([id]))[0])).to_pylist()
    return found[0] if found else None


def nearest(corpus: Corpus, what: str, n: int = 3) -> list[str]:
    """URLs that look like `what`: of its host where the corpus has any, else of any."""
    host = (urlsplit(what).hostname or "").removeprefix("www.")
    for condition in ([pc.field("host") == host] if host else []) + [pc.field("url").is_valid()]:
        urls = corpus.documents().head(CANDIDATES, columns=["url"], filter=condition)["url"].to_pylist()
        close = difflib.get_close_matches(what, sorted({u for u in urls if u}), n, cutoff=0.6)
        if close:
            return close
    return []


@dataclass(frozen=True)
class _Condition:
    documents: pc.Expression
    ledger: pc.Expression


def _condition(what: str | int) -> _Condition:
    """A number is a uid or an id, sixteen hexadecimal digits a uid; anything else a URL or the end of a path."""
    text = str(what).strip()
    by_name = (pc.field("url") == text) | (pc.field("path") == text) | pc.ends_with(pc.field("path"), "/" + text)
    in_detail = (
        (pc.field("detail") == text)
        | pc.starts_with(pc.field("detail"), text + ": ")
        | pc.ends_with(pc.field("detail"), "/" + text)
    )
    for number, names in _numbers(text):
        if "uid" in names and number < 1 << 64:
            by_name, in_detail = (
                by_name | (pc.field("uid") == np.uint64(number)),
                in_detail | (pc.field("uid") == np.uint64(number)),
            )
        if "id" in names and number < 1 << 63:
            in_detail = in_detail | (pc.field("id") == number)
    return _Condition(by_name, in_detail)


def _numbers(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    if text.isascii() and text.isdigit():
        yield int(text), ("uid", "id")
    if len(text) == 16 and set(text.lower()) <= set("0123456789abcdef"):
        yield int(text, 16), ("uid",)


def _documents(corpus: Corpus, condition: pc.Expression) -> Iterator[tuple[int, dict[str, Any]]]:
    for shard, path in corpus.files("extract", "documents").items():
        for row in pq.read_table(path, filters=condition).to_pylist():
            yield int(make_ids(shard, np.array([row["row"]]))[0]), row
