"""Examples of documents by their decision: those whose uid hashes lowest, so always the same and from everywhere."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.compute as pc
import xxhash

from curate.corpus import detail, named, older, parquet
from curate.errors import UserError
from curate.pii import masked, masked_url
from curate.report.clean_text import head
from schemas import corpora_of, make_ids, rows_of, shards_of

if TYPE_CHECKING:
    from curate.corpus.corpus import Corpus


@dataclass(frozen=True)
class Example:
    id: int | None
    uid: int
    where: str
    rule: str  # empty for what was kept
    value: float | None
    text: str  # its beginning, made visible

    def __str__(self) -> str:
        value = "" if self.value is None else f" (value {self.value:.6g})"
        lines = "\n".join(f"  {line}" for line in self.text.split("\n"))
        return f"{self.where}  uid {self.uid:016x}\n{'kept' if not self.rule else self.rule + value}\n{lines}".rstrip()


class Examples(list[Example]):
    def __str__(self) -> str:
        return "\n\n".join(map(str, self)) or "nothing to show"


def show(corpus: Corpus, removed_by: str | None, n: int, chars: int = 400) -> Examples:
    """`n` documents that the rule removed; kept ones where no rule is given."""
    if removed_by is None:
        chosen = _first(corpus.text().to_batches(columns=["id", "uid"]), n)
        return Examples(_example(corpus, {**row, "rule": "", "value": None, "detail": None}, chars) for row in chosen)
    columns, removed = ["id", "uid", "rule", "value", "detail"], pc.field("action").isin(["remove", "quarantine"])
    chosen = _first(corpus.ledger().to_batches(columns=columns, filter=removed & (pc.field("rule") == removed_by)), n)
    if not chosen:
        known = sorted(set(corpus.ledger().to_table(["rule"], filter=removed)["rule"].to_pylist()))
        raise UserError(
            f"no document was removed by {removed_by!r}. Rules that removed some: {', '.join(known) or 'none'}."
        )
    return Examples(_example(corpus, row, chars) for row in chosen)


def _first(batches: Any, n: int) -> list[dict[str, Any]]:
    """The `n` rows whose hash of uid is lowest."""
    keyed = (
        (xxhash.xxh3_64_intdigest(str(r["uid"]).encode()), r["uid"], r["id"] or 0, r)
        for b in batches
        for r in b.to_pylist()
    )
    return [row for *_, row in heapq.nsmallest(n, keyed, key=lambda k: k[:3])]


def _example(corpus: Corpus, row: dict[str, Any], chars: int) -> Example:
    ids = [row["id"]] if row["id"] is not None else []
    document = documents(corpus, ids, [*named.COLUMNS, "text"]).get(row["id"])
    place = str(detail.read(row["detail"]) or row["detail"] or "unknown")
    where = named.name_of(document) or place if document else place
    where = masked_url(where) if corpus.recipe.get("pii") else where
    text = head(document["text"], chars) if document else "(never extracted)"
    return Example(row["id"], row["uid"], head(where, 200), row["rule"], row["value"], text)


def documents(corpus: Corpus, ids: list[int], columns: list[str]) -> dict[int, dict[str, Any]]:
    """Documents rows of `ids`, read once a shard; in the older corpus that an id lies in. Empty without `work/`."""
    asked = np.unique(np.array(ids, np.int64))
    found: dict[int, dict[str, Any]] = {}
    for first in asked[np.unique(corpora_of(asked), return_index=True)[1]].tolist():
        if place := older.home(corpus, first):
            beyond = first - place[1]
            there = asked[corpora_of(asked) == corpora_of(np.array([first]))] - beyond
            found |= {id + beyond: row for id, row in _documents(place[0], there, columns).items()}
    return found


def _documents(corpus: Corpus, asked: np.ndarray, columns: list[str]) -> dict[int, dict[str, Any]]:
    try:
        files = corpus.files("extract", "documents")
    except UserError:
        return {}
    found = {}
    for shard in np.unique(shards_of(asked)).tolist():
        if shard in files:
            rows = rows_of(asked[shards_of(asked) == shard])
            for row in parquet.read(files[shard], ["row", *columns], pc.field("row").isin(rows)).to_pylist():
                if row.get("text") and corpus.recipe.get("pii"):
                    row["text"] = masked(row["text"])
                found[int(make_ids(shard, np.array([row["row"]]))[0])] = row
    return found
