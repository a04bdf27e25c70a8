"""`curate.open(path)`: the files of a run as pyarrow datasets, found through its manifest.

Nothing is read until it is asked for, and a dataset is whatever pyarrow, DuckDB or polars make of it: columns and
filters are pushed down to Parquet. The shard of a row is in its file's name (`documents-00007.parquet` is shard 7) and
not stored; `curate.corpus.find` puts it together with the row to an id.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.dataset as ds

from curate.corpus import parquet
from curate.errors import UserError
from curate.storage import exists, is_folder, join, list_files, local_path, modified, names, read_bytes
from schemas import CLEAN, DOCUMENTS, LEDGER, LINKS, SIGNALS, TEXT, Contract, tokens

if TYPE_CHECKING:
    from curate.corpus.explanation import Explanations
    from curate.corpus.show import Examples


class Corpus:
    """The folder of a run. `documents` and `signals` need `work/`, which `curate clean` drops; the rest does not."""

    def __init__(self, path: str | Path, keys: dict[str, str] | None = None):
        self.path, self._given = local_path(str(path)) or str(path).rstrip("/"), keys
        if not exists(self.file("manifest.json")) and not any(is_folder(self.file(n)) for n in ("work", "ledger")):
            raise UserError(
                f"{path}: not a corpus (no manifest.json and no work/ in it). Name the folder given to `curate run -o`."
            )

    def documents(self) -> ds.Dataset:
        return self._phase("extract", "documents", DOCUMENTS)

    def links(self) -> ds.Dataset:
        """What documents from Wikipedia cite."""
        return self._phase("extract", "links", LINKS)

    def signals(self) -> ds.Dataset:
        return self._phase("measure", "signals", SIGNALS)

    def clean(self) -> ds.Dataset:
        return self._phase("clean", "clean", CLEAN)

    def ledger(self) -> ds.Dataset:
        return parquet.dataset(self.below("ledger"), LEDGER.schema)

    def text(self) -> ds.Dataset:
        """All categories; the folder `category=` is a column."""
        return parquet.by_category(self.below("text"), self.file("text"), TEXT.schema)

    def tokens(self, length: int | None = None) -> ds.Dataset:
        """Packed sequences of one length, by default the shortest there is."""
        if length is None:
            found = [name.removeprefix("sequence=") for name in names(self.file("tokens"))]
            lengths = sorted(int(name) for name in found if name.isdigit())
            if not lengths:
                raise UserError(f"{self.path}: no tokens/ in it; the run did not come to `pack`.")
            length = lengths[0]
        folder = f"tokens/sequence={length}"
        return parquet.by_category(self.below(folder), self.file(folder), tokens(length).schema)

    def phase_folder(self, name: str) -> str:
        """`work/<name>-<key>`; of several, the one of the last run, else the newest that is complete."""
        key = self._keys.get(name)
        if key and f"{name}-{key}" in self._phases:
            return self.file("work", f"{name}-{key}")
        folders = [self.file("work", found) for found in self._phases if found.rpartition("-")[0] == name]
        complete = [folder for folder in folders if exists(join(folder, "manifest.json"))]
        if not complete:
            raise UserError(
                f"{self.path}: nothing of phase {name} in work/; it did not run, or `curate clean` dropped it."
            )
        return max(complete, key=lambda folder: modified(join(folder, "manifest.json")))

    def files(self, phase: str, name: str) -> dict[int, str]:
        """shard -> file"""
        folder = self.phase_folder(phase)
        if folder not in self._listed:  # an object store is slow to list, and explain asks again and again
            self._listed[folder] = names(folder)
        found = [f for f in self._listed[folder] if f.startswith(f"{name}-") and f.endswith(".parquet")]
        numbered = {int(f.removesuffix(".parquet").rpartition("-")[2]): join(folder, f) for f in found}
        return dict(sorted(numbered.items()))  # by name, shard 100000 would come before 10001

    def file(self, *parts: str) -> str:
        """Path or address of a file of the corpus."""
        return join(self.path, *parts)

    def below(self, folder: str) -> Sequence[str]:
        """Every Parquet file of a product, in order."""
        found = list_files(self.file(folder)) if is_folder(self.file(folder)) else []
        return [url for url in found if url.endswith(".parquet")]

    def explain(self, what: str | int) -> Explanations:
        """What happened to a document: a uid (decimal or hex), an id, a URL or a path. Every match is listed."""
        from curate.corpus.explain import explain

        return explain(self, what)

    def show(self, removed_by: str | None = None, n: int = 5) -> Examples:
        """Examples of what a rule removed, or without one of what was kept: always the same, spread over the corpus."""
        from curate.corpus.show import show

        return show(self, removed_by, n)

    @cached_property
    def recipe(self) -> dict[str, Any]:
        """The run's resolved recipe as read, every section stated; its inputs and plugins may be gone by now."""
        from curate.recipe import yaml_lines

        file = self.file("recipe.yaml")
        return yaml_lines.parse(read_bytes(file).decode(), file)[0] if exists(file) else {}

    @cached_property
    def _keys(self) -> dict[str, str]:
        """Phase -> key, as the last finished run left them beside its products."""
        if self._given is not None or not exists(self.file("facts.json")):
            return self._given or {}
        return dict(json.loads(read_bytes(self.file("facts.json"))).get("phases", {}))

    @cached_property
    def _phases(self) -> list[str]:
        return names(self.file("work"))

    @cached_property
    def _listed(self) -> dict[str, list[str]]:
        return {}

    def _phase(self, phase: str, name: str, contract: Contract) -> ds.Dataset:
        return parquet.dataset([*self.files(phase, name).values()], None if contract.open else contract.schema)
