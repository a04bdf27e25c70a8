"""Which documents of a finished corpus a list names, and what is known of them.

Looked through are the finished documents (`text/`) and, where `work/` is still there, every document that was read: one
that a rule removed has its text there all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from curate.corpus import Corpus, parquet
from curate.errors import UserError
from curate.exclusions import Entry, Exclusions
from pipelines import ledger
from pipelines.exclude import unmatched
from schemas import make_ids

EXCLUDED = "excluded"  # status of a document whose text was taken out


@dataclass
class Found:
    """Documents that a list names, by id."""

    entries: dict[int, Entry] = field(default_factory=dict)
    uids: dict[int, int] = field(default_factory=dict)
    finished: dict[int, tuple[int, int]] = field(default_factory=dict)  # (characters, tokens) of those in text/
    read: dict[int, int] = field(default_factory=dict)  # characters of those that work/ still has
    favoured: int = 0  # documents that were removed as near duplicates of these

    def rows(self) -> pa.Table:
        """Ledger rows: a removal for what was in the corpus, an edit for what only work/ had."""
        parts = []
        for action, ids in (("remove", sorted(self.finished)), ("edit", sorted({*self.read} - {*self.finished}))):
            sizes = [self.finished.get(id) or (self.read[id], None) for id in ids]
            parts.append(
                ledger.rows(
                    "exclude", action, "exclude", ids, pa.array([self.uids[id] for id in ids], pa.uint64()),
                    value=[float(self.entries[id].line) for id in ids], detail=[str(self.entries[id]) for id in ids],
                    chars_before=[chars for chars, _ in sizes], chars_after=0,
                    tokens_before=[tokens for _, tokens in sizes], tokens_after=0 if action == "remove" else None,
                )
            )  # fmt: skip
        return ledger.in_order(parts)


def found(corpus: Corpus, exclusions: Exclusions) -> Found:
    """Everything of `corpus` that the lists name and that is still there; `exclusions` know then what they matched."""
    result = Found()
    for batch in corpus.text().to_batches(columns=["id", "uid", "url", "text", "tokens"]):
        named = _named(exclusions, batch["url"], batch["uid"])
        ids, chars, tokens = batch["id"].to_pylist(), pc.utf8_length(batch["text"]), batch["tokens"]
        for at, entry in named:
            result.entries[ids[at]], result.uids[ids[at]] = entry, batch["uid"][at].as_py()
            result.finished[ids[at]] = chars[at].as_py(), tokens[at].as_py()
    for shard, file in documents(corpus).items():
        table = parquet.read(file, ["row", "uid", "url", "status", "chars", "title"])
        ids = make_ids(shard, table["row"].to_numpy()).tolist()
        for at, entry in _named(exclusions, table["url"], table["uid"]):
            holds = table["chars"][at].as_py() or table["title"][at].as_py() or ids[at] in result.finished
            if table["status"][at].as_py() != EXCLUDED and holds:
                result.entries.setdefault(ids[at], entry)
                result.uids[ids[at]], result.read[ids[at]] = table["uid"][at].as_py(), table["chars"][at].as_py()
    unmatched.look_up(exclusions, corpus.ledger().to_table(unmatched.COLUMNS, filter=pc.field("rule") == "exclude"))
    if result.entries:
        of = pc.field("keeper").isin(sorted(result.entries)) & (pc.field("action") == "remove")
        result.favoured = corpus.ledger().count_rows(filter=of & (pc.field("phase") == "near_duplicates"))
    return result


def documents(corpus: Corpus) -> dict[int, str]:
    """shard -> file of documents; empty where `curate clean` dropped them."""
    try:
        return corpus.files("extract", "documents")
    except UserError:
        return {}


def _named(
    exclusions: Exclusions, urls: pa.Array | pa.ChunkedArray, uids: pa.Array | pa.ChunkedArray
) -> Iterator[tuple[int, Entry]]:
    for at, (url, uid) in enumerate(zip(urls.to_pylist(), uids.to_pylist(), strict=True)):
        if entry := exclusions.of(url, uid):
            yield at, entry
