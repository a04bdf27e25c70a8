"""`curate.open(path)`: the files of a run as pyarrow datasets, found through its manifest.

Nothing is read until it is asked for, and a dataset is whatever pyarrow, DuckDB or polars make of it: columns and
filters are pushed down to Parquet. The shard of a row is in its file's name (`documents-00007.parquet` is shard 7) and
not stored; `curate.corpus.find` puts it together with the row to an id.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.dataset as ds

from curate.errors import UserError
from schemas import CLEAN, DOCUMENTS, LEDGER, SIGNALS, TEXT, Contract, tokens

if TYPE_CHECKING:
    from curate.corpus.explanation import Explanations
    from curate.corpus.show import Examples


class Corpus:
    """The folder of a run. `documents` and `signals` need `work/`, which `curate clean` drops; the rest does not."""

    def __init__(self, path: str | Path, keys: dict[str, str] | None = None):
        self.path, self._given = Path(path), keys
        if not (self.path / "manifest.json").exists() and not (self.path / "work").is_dir():
            raise UserError(
                f"{path}: not a corpus (no manifest.json and no work/ in it). Name the folder given to `curate run -o`."
            )

    def documents(self) -> ds.Dataset:
        return self._phase("extract", "documents", DOCUMENTS)

    def signals(self) -> ds.Dataset:
        return self._phase("measure", "signals", SIGNALS)

    def clean(self) -> ds.Dataset:
        return self._phase("clean", "clean", CLEAN)

    def ledger(self) -> ds.Dataset:
        return _dataset(self.path.glob("ledger/*.parquet"), LEDGER.schema)

    def text(self) -> ds.Dataset:
        """All categories; the folder `category=` is a column."""
        fields = [*TEXT.schema, pa.field("category", pa.string())]
        return _dataset(self.path.glob("text/*/*.parquet"), pa.schema(fields), ["category"])

    def tokens(self, length: int | None = None) -> ds.Dataset:
        """Packed sequences of one length, by default the shortest there is."""
        if length is None:
            lengths = sorted(int(p.name.removeprefix("sequence=")) for p in self.path.glob("tokens/sequence=*"))
            if not lengths:
                raise UserError(f"{self.path}: no tokens/ in it; the run did not come to `pack`.")
            length = lengths[0]
        fields = [*tokens(length).schema, pa.field("category", pa.string())]
        return _dataset(self.path.glob(f"tokens/sequence={length}/*/*.parquet"), pa.schema(fields), ["category"])

    def phase_folder(self, name: str) -> Path:
        """`work/<name>-<key>`; of several, the one of the last run, else the newest that is complete."""
        key = self._keys.get(name)
        if key and (self.path / "work" / f"{name}-{key}").is_dir():
            return self.path / "work" / f"{name}-{key}"
        found = [p for p in sorted(self.path.glob(f"work/{name}-*")) if (p / "manifest.json").exists()]
        if not found:
            raise UserError(
                f"{self.path}: nothing of phase {name} in work/; it did not run, or `curate clean` dropped it."
            )
        return max(found, key=lambda p: (p / "manifest.json").stat().st_mtime_ns)

    def files(self, phase: str, name: str) -> dict[int, Path]:
        """shard -> file"""
        return {int(p.stem[-5:]): p for p in sorted(self.phase_folder(phase).glob(f"{name}-*.parquet"))}

    def explain(self, what: str | int) -> Explanations:
        """What happened to a document: a uid (decimal or hex), an id, a URL or a path. Every match is listed."""
        from curate.corpus.explain import explain

        return explain(self, what)

    def show(self, removed_by: str | None = None, kept: bool = False, n: int = 5) -> Examples:
        """Examples of what a rule removed, or of what was kept: always the same ones, spread over the corpus."""
        from curate.corpus.show import show

        return show(self, removed_by, n)

    @cached_property
    def _keys(self) -> dict[str, str]:
        """Phase -> key, as the last finished run left them beside its products."""
        file = self.path / "facts.json"
        if self._given is not None or not file.exists():
            return self._given or {}
        return dict(json.loads(file.read_text("utf-8")).get("phases", {}))

    def _phase(self, phase: str, name: str, contract: Contract) -> ds.Dataset:
        return _dataset(iter(self.files(phase, name).values()), None if contract.open else contract.schema)


def _dataset(files: Iterator[Path], schema: pa.Schema | None, folders: list[str] | None = None) -> ds.Dataset:
    """Files in name order; without any, an empty dataset of the same columns."""
    paths = sorted(str(p) for p in files)
    if not paths:
        return ds.dataset(pa.table({f.name: pa.array([], f.type) for f in schema or pa.schema([])}))
    found = ds.dataset(paths, format="parquet", partitioning=ds.partitioning(flavor="hive") if folders else None)
    if folders:  # a category is text, and one folder's files need not hold every other column in the same order
        names = [*found.schema.names]
        typed = pa.schema([pa.field(n, pa.string()) if n in folders else found.schema.field(n) for n in names])
        return ds.dataset(
            paths,
            format="parquet",
            schema=typed,
            partitioning=ds.partitioning(pa.schema([pa.field(f, pa.string()) for f in folders]), flavor="hive"),
        )
    return found
