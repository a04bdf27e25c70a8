"""What of a finished corpus can be judged: the documents of a shard without their text, and the text of a few.

Where `work/` stands these are the survivors of `clean`, in the words that `score` will see, with the signals that
`measure` found. After `curate clean` there is `text/`: what the mix kept, no signals, and four characters a token for
the length. Either way a shard is read at a time, and text only of the documents that were chosen.

What must stay on one side of a split, and of which a sample takes no more than a few, is a document's `key`: its web
host, the repository or archive of a file of code, else the document alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

import curate
from curate.corpus import parquet
from curate.corpus.corpus import Corpus
from curate.dedup.urls import host
from curate.errors import UserError
from curate.recipe.names import did_you_mean
from curate.signals import declared

ABOUT = ("uid", "url", "host", "path", "member", "source", "group", "language")
CHARS_A_TOKEN = 4


@dataclass(frozen=True)
class Eligible:
    """The documents of `groups` in a corpus, with the values of `signals` (null where it has none)."""

    corpus: Corpus
    groups: tuple[str, ...] | str
    signals: tuple[str, ...] = ()

    @cached_property
    def files(self) -> dict[int, str]:
        """number -> file that holds texts"""
        found = self._clean or dict(enumerate(self.corpus.below("text")))
        if not found:
            raise UserError(f"{self.corpus.path}: neither the survivors of `clean` nor text/ are in it; run it first.")
        return found

    def shards(self) -> Iterator[pa.Table]:
        """Of each file: `file`, `at` (its row; the uid in text/), ABOUT, `chars`, `key` and the signals."""
        for number in self.files:
            table = self._survivors(number) if self._clean else self._finished(number)
            if self.groups != "all":
                table = table.filter(pc.is_in(table["group"], pa.array(list(self.groups), pa.string())))
            yield table.append_column("key", pa.array(_keys(table), pa.string()))

    def read(self, number: int, at: np.ndarray) -> pa.Table:
        """`at`, ABOUT, `key` and `text` of some documents of a file, in order of `at`."""
        if self._clean:
            where = pc.field("row").isin(pa.array(at, pa.int64()))
            texts = parquet.read(self.files[number], ["row", "text"], where).sort_by("row")
            about = _of_rows(self.corpus.files("extract", "documents")[number], list(ABOUT), texts["row"], where)
            found = about.append_column("at", pc.cast(texts["row"], pa.uint64())).append_column("text", texts["text"])
        else:
            names = [name for name in ABOUT if name != "host"]
            where = pc.field("uid").isin(pa.array(at, pa.uint64()))
            found = parquet.read(self.files[number], [*names, "text"], where).sort_by("uid")
            found = found.append_column("host", _hosts(found)).append_column("at", found["uid"])
        return found.append_column("key", pa.array(_keys(found), pa.string())).select(["at", *ABOUT, "key", "text"])

    @cached_property
    def _clean(self) -> dict[int, str]:
        try:
            return self.corpus.files("clean", "clean")
        except UserError:  # `curate clean` dropped work/
            return {}

    @cached_property
    def _measured(self) -> frozenset[str]:
        """Signals that the corpus has. A run measures the families that its recipe names, so one may be missing."""
        found = frozenset(self.corpus.signals().schema.names) if self._clean else frozenset()
        known = {*found, *declared(), "group", "language", "length"}
        for name in self.signals:
            if name not in known:
                near = did_you_mean(name, known)
                raise UserError(f"sampling.strata: {name!r} is neither group, language, length nor a signal{near}")
        return found

    def _survivors(self, number: int) -> pa.Table:
        clean = parquet.read(self.files[number], ["row", "chars"])
        about = _of_rows(self.corpus.files("extract", "documents")[number], list(ABOUT), clean["row"])
        table = about.append_column("at", pc.cast(clean["row"], pa.uint64())).append_column("chars", clean["chars"])
        if names := [name for name in self.signals if name in self._measured]:
            measured = _of_rows(self.corpus.files("measure", "signals")[number], names, clean["row"])
            for name in names:
                table = table.append_column(name, pc.cast(measured[name], pa.float64()))
        return self._completed(table, number)

    def _finished(self, number: int) -> pa.Table:
        names = [name for name in ABOUT if name != "host"]
        table = parquet.read(self.files[number], [*names, "tokens"])
        found = table.select(names).append_column("host", _hosts(table)).append_column("at", table["uid"])
        found = found.append_column("chars", pc.multiply(table["tokens"], CHARS_A_TOKEN))
        return self._completed(found, number)

    def _completed(self, table: pa.Table, number: int) -> pa.Table:
        for name in self.signals:
            if name not in self._measured:
                table = table.append_column(name, pa.nulls(len(table), pa.float64()))
        return table.append_column("file", pa.array(np.full(len(table), number, np.int64)))


def of(corpus_path: str, groups: tuple[str, ...] | str, signals: Sequence[str] = ()) -> Eligible:
    return Eligible(curate.open(corpus_path), groups, tuple(signals))


def _of_rows(path: str, columns: list[str], rows: pa.ChunkedArray, where: pc.Expression | None = None) -> pa.Table:
    """The lines of a file for `rows`, in their order; null where the file has none."""
    table = parquet.read(path, ["row", *columns], where)
    return table.select(columns).take(pc.index_in(rows, table["row"].combine_chunks()))


def _hosts(table: pa.Table) -> pa.Array:
    return pa.array([host(url) if url else None for url in table["url"].to_pylist()], pa.string())


def _keys(table: pa.Table) -> list[str]:
    columns = (table[name].to_pylist() for name in ("host", "group", "path", "member", "uid"))
    return [
        named or (path if group == "code" and member else f"{path}#{uid:016x}")
        for named, group, path, member, uid in zip(*columns, strict=True)
    ]
