"""Where a document lies: from a uid, an id, a URL or a path to (shard, row), for records with and without a document.

Columns are scanned file by file with the filter pushed down to Parquet; nothing but the matching rows is held. A record
that `urls` removed has no documents row, and an unknown file has no id: both are found through the ledger's `detail`.
A path may be given as documents have it (or its end), or as the user typed it for the run.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np
import pyarrow.compute as pc

from curate.corpus import as_typed, detail, named, older, parquet
from curate.errors import UserError
from curate.pii import masked_url
from schemas import LEDGER, make_ids, rows_of, shards_of
from schemas.identity import IN_ITS_CORPUS

if TYPE_CHECKING:
    from curate.corpus.corpus import Corpus

CANDIDATES = 20_000  # URLs that `nearest` compares at most
LONGEST = 2048  # characters of a URL that it compares: the comparison takes their square


@dataclass
class Match:
    """A record: its documents row, if it has one, and its ledger rows."""

    id: int | None
    document: dict[str, Any] | None
    ledger: list[dict[str, Any]] = field(default_factory=list)


def find(corpus: Corpus, what: str | int) -> list[Match]:
    """Every record that `what` names, in order of ids; files without records last."""
    condition = _condition(corpus, what)
    matches = {id: Match(id, document) for id, document in _documents(corpus, condition.documents)}
    for number, names in _numbers(str(what).strip()):
        own = "id" in names and number <= IN_ITS_CORPUS
        if own and (document := row_of(corpus, "extract", "documents", number)):
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
    """The row of an id in its shard's file of a phase; None where there is none, or the phase is not in work/.

    An id of an older corpus is looked up there.
    """
    place = older.home(corpus, id)
    if place is None:
        return None
    corpus, id = place
    path = _files(corpus, phase, name).get(int(shards_of(np.array([id]))[0]))
    if path is None:
        return None
    columns = [c for c in parquet.names(path) if c not in drop]
    found = parquet.read(path, columns, pc.field("row") == int(rows_of(np.array([id]))[0])).to_pylist()
    return found[0] if found else None


def nearest(corpus: Corpus, what: str, n: int = 3) -> list[str]:
    """URLs that look like `what`: of its host where the corpus has any, else of any."""
    if len(what) > LONGEST or not _files(corpus, "extract", "documents"):
        return []
    host = (_split_host(what) or "").removeprefix("www.")
    for condition in ([pc.field("host") == host] if host else []) + [pc.field("url").is_valid()]:
        urls = corpus.documents().head(CANDIDATES, columns=["url"], filter=condition)["url"].to_pylist()
        close = difflib.get_close_matches(what, sorted({u for u in urls if u and len(u) <= LONGEST}), n, cutoff=0.6)
        if close:
            return close
    return []


@dataclass(frozen=True)
class _Condition:
    documents: pc.Expression
    ledger: pc.Expression


def _condition(corpus: Corpus, what: str | int) -> _Condition:
    """A number is a uid or an id, sixteen hexadecimal digits a uid; anything else a URL, or a path or its end."""
    text = str(what).strip()
    by_name = (pc.field("url") == text) | (pc.field("path") == text) | pc.ends_with(pc.field("path"), "/" + text)
    by_name = by_name | named.has_member(text)
    in_detail = (pc.field("detail") == text) | pc.ends_with(pc.field("detail"), "/" + text)
    in_detail = in_detail | detail.has_url(text) | detail.has_path(text)
    if corpus.recipe.get("pii"):  # the ledger has tokens in it
        in_detail = in_detail | detail.has_url(masked_url(text, corpus.recipe["pii"]["replace"]))
    for path in as_typed.paths(corpus, text):
        by_name = by_name | (pc.field("path") == path)
        in_detail = in_detail | (pc.field("detail") == path) | detail.has_path(path)
    for number, names in _numbers(text):
        if "uid" in names and number < 1 << 64:
            is_uid = pc.field("uid") == np.uint64(number)
            by_name, in_detail = by_name | is_uid, in_detail | is_uid
        if "id" in names and number < 1 << 63:
            in_detail = in_detail | (pc.field("id") == number)
    return _Condition(by_name, in_detail)


def _split_host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:  # "http://[" and the like
        return None


def _numbers(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    if text.isascii() and text.isdigit():
        yield int(text), ("uid", "id")
    if len(text) == 16 and set(text.lower()) <= set("0123456789abcdef"):
        yield int(text, 16), ("uid",)


def _documents(corpus: Corpus, condition: pc.Expression) -> Iterator[tuple[int, dict[str, Any]]]:
    for shard, path in _files(corpus, "extract", "documents").items():
        for row in parquet.read(path, where=condition).to_pylist():
            yield int(make_ids(shard, np.array([row["row"]]))[0]), row


def _files(corpus: Corpus, phase: str, name: str) -> dict[int, str]:
    try:
        return corpus.files(phase, name)
    except UserError:  # `curate clean` dropped work/; the ledger still knows what was decided
        return {}
