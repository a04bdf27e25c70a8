"""The runs that evaluation looks at, each computed once, when it is first asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import curate
from benchmarks import vendored_code
from curate.corpus import Corpus
from curate.recipe import Recipe, load, of_inputs
from curate.storage import read_bytes

INPUTS = (
    "web",
    "books/gutenberg",
    "labels/c4_sample.jsonl.gz",
    "neardup/git_revisions.docs.jsonl.gz",
    "neardup/news_plagiarism.docs.jsonl.gz",
)


@dataclass
class Corpora:
    """`data`: the development data; `folder`: where the runs go."""

    data: Path
    folder: Path

    @cached_property
    def everything(self) -> Corpus:
        """The default recipe on all of INPUTS, as `curate run .data/web .data/books/gutenberg ...` does it."""
        return self.run("everything", of_inputs([str(self.data / path) for path in INPUTS]))

    @cached_property
    def all_data(self) -> Corpus:
        """The default recipe on every file there is, as `curate run .data` does it."""
        return self.run("all_data", of_inputs([str(self.data)]))

    def near_duplicates_alone(self, name: str) -> Corpus:
        """One set of documents through a recipe that removes near duplicates, the first of them stays, and no more."""
        recipe = of_inputs([str(self._near_duplicates(name))])
        if name == "vendored_code":
            recipe = recipe.model_copy(update={"sources": [recipe.sources[0].model_copy(update={"group": "code"})]})
        off = {"rules": [], "hosts": [], "select": [], "frequent_lines": None, "repeated_lines": None}
        near = recipe.near_duplicates.model_copy(update={"keep": []})
        return self.run(f"{name}", recipe.model_copy(update={**off, "divergence": None, "near_duplicates": near}))

    def _near_duplicates(self, name: str) -> Path:
        if name != "vendored_code":
            return self.data / "neardup" / f"{name}.docs.jsonl.gz"
        path = self.folder / f"{name}.docs.jsonl"
        self.folder.mkdir(parents=True, exist_ok=True)
        vendored_code.write(self.data, path)
        return path

    def demonstration(self, workers: int) -> Corpus:
        if not (self.demo_input / "truth.json").exists():
            _make_demo(self.demo_input)
        return self.run(f"demo-{workers}", load(str(self.demo_input / "recipe.yaml")), workers)

    @property
    def demo_input(self) -> Path:
        return self.folder / "demo"

    def run(self, name: str, recipe: Recipe, workers: int = 2) -> Corpus:
        from pipelines import run

        out = self.folder / name
        run.curate(recipe, str(out), run.Options(workers=workers))
        return curate.open(out)


def root_digest(corpus: Corpus) -> str:
    return json.loads(read_bytes(corpus.file("manifest.json")))["root"]


def removals(corpus: Corpus, keep: Callable[[dict[str, Any]], bool] = lambda row: True) -> dict[int, dict[str, Any]]:
    """uid -> ledger row of what was removed or quarantined."""
    listed = corpus.ledger().to_table().to_pylist()
    return {r["uid"]: r for r in listed if r["action"] in ("remove", "quarantine") and keep(r)}


def _make_demo(folder: Path) -> None:
    from curate.demo import make
    from curate.demo.vocabulary import add_vocabulary

    make(str(folder))
    add_vocabulary(str(folder))
