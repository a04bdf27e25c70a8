"""What the manifests in `work/` say of files that were written anew: rows, bytes and digest; nothing else changes."""

from __future__ import annotations

import os
from collections.abc import Mapping

from curate.corpus import Corpus
from curate.storage import names
from pipelines.exclude.staged import PENDING, Staged
from pipelines.output import sha256
from schemas import Manifest, Output


def restate(corpus: Corpus, change: Staged, made: Mapping[str, int]) -> None:
    """Stage the markers and manifests of the phases that `made` (name -> rows) belongs to."""
    new: dict[str, dict[str, Output | None]] = {}
    for name, rows in made.items():
        folder, path = _place(corpus, name)
        if folder:
            staged = os.path.join(corpus.path, PENDING, "new", name)
            output = Output(path, rows, os.path.getsize(staged), sha256(staged)) if rows else None
            new.setdefault(folder, {})[path] = output
    for folder, outputs in sorted(new.items()):
        done = [f"{folder}/done/{one}" for one in names(corpus.file(folder, "done")) if one.endswith(".json")]
        for file in [*done, f"{folder}/manifest.json"]:
            with open(corpus.file(file), encoding="utf-8") as stated:
                manifest = Manifest.from_json(stated.read())
            if any(output.path in outputs for output in manifest.outputs):
                others = [outputs.get(output.path, output) for output in manifest.outputs]
                manifest.outputs = [output for output in others if output]
                change.text(manifest.to_json(), file)


def _place(corpus: Corpus, name: str) -> tuple[str, str]:
    """(folder of the phase, path in it) of a file; ("", "") of a product whose phase is dropped."""
    if name.startswith("work/"):
        _, folder, path = name.split("/", 2)
        return f"work/{folder}", path
    from curate.errors import UserError

    try:
        return os.path.relpath(corpus.phase_folder("pack"), corpus.path), name
    except UserError:
        return "", ""
