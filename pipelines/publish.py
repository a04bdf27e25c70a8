"""From `work/` to what people want: text/, tokens/, ledger/, report/, manifest.json, facts.json, recipe.yaml.

Old product folders give way as a whole, so a reader never meets a mixture of two runs: manifest.json goes first and
comes back last.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil

from curate import storage
from curate.recipe import Recipe
from curate.storage import join, list_files
from pipelines import masked_ledger, tables
from pipelines.context import Context
from pipelines.output import put_text
from pipelines.phases.select import CUTS
from pipelines.told import told

PRODUCTS = ("text", "tokens", "ledger", "report")


def publish(context: Context) -> None:
    """Lay out the products of a run whose phases stand."""
    root = context.root
    storage.remove(join(root, "manifest.json"))
    for name in PRODUCTS:
        storage.remove(join(root, name))
    pack = context.folder("pack")
    for name in ("text", "tokens"):
        made = join(pack, name)
        for path in list_files(made) if storage.is_folder(made) else ():  # nothing was kept
            link(path, join(root, name, path.removeprefix(made).lstrip("/")))
    for phase in ("shards", *tables.DECIDING):
        for shard in sorted({0, *tables.shard_numbers(context)}):
            if tables.has(context, "ledger", shard, phase):
                link(masked_ledger.path(context, shard, phase), join(root, "ledger", f"{phase}-{shard:05d}.parquet"))
    put_text(_with_cuts(context).to_yaml(), join(root, "recipe.yaml"))


def _with_cuts(context: Context) -> Recipe:
    """The recipe, with cuts by yield and precision as the scores that they came to: it cuts another corpus there."""
    if not context.recipe.classifiers:
        return context.recipe
    from pipelines.classify.cuts import as_found

    found = told(context, CUTS, "select")
    entries = [as_found(entry, found[entry.task]) for entry in context.recipe.classifiers]
    return context.recipe.model_copy(update={"classifiers": entries})


def link(source: str, destination: str) -> None:
    """The same file in a second place: a hard link where that can be, a copy otherwise."""
    if "://" in destination:
        storage.copy(source, destination)
        return
    os.makedirs(os.path.dirname(destination), exist_ok=True)
    try:
        os.link(source, destination)
    except OSError:
        shutil.copyfile(source, destination)


def manifest(context: Context) -> dict[str, object]:
    return manifest_of(context.root)


def manifest_of(root: str) -> dict[str, object]:
    """Every product file with its digest, and one digest of them all."""
    files = {}
    for name in (*PRODUCTS, "recipe.yaml"):
        where = join(root, name)
        for path in [where] if name.endswith(".yaml") else list_files(where) if storage.is_folder(where) else ():
            with storage.open_read(path) as file:
                files[path.removeprefix(root).lstrip("/")] = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    digest = hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()
    return {"root": digest, "files": files}
