"""From a path as the user types it to the names that documents of that file have.

A document's `path` begins with its source's label and not with the folders above it, so that it is the same on every
machine. The shard table knows both names of each file that was read; for all others, and after `curate clean`, the
resolved recipe says which label a folder has.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pyarrow.compute as pc

from curate.corpus import parquet
from curate.errors import UserError
from curate.storage import local_path, utf8

if TYPE_CHECKING:
    from curate.corpus.corpus import Corpus


def paths(corpus: Corpus, typed: str) -> list[str]:
    """The label paths of the file that is called `typed` here, in order; empty if it is none of the run's."""
    local = local_path(typed)
    url = typed if local is None else os.path.abspath(os.path.expanduser(local))
    return sorted({*_in_shards(corpus, url), *_by_recipe(corpus, url)})


def _in_shards(corpus: Corpus, url: str) -> list[str]:
    try:
        files = corpus.files("shards", "shards").values()
    except UserError:  # `curate clean` dropped work/
        return []
    names = [url, utf8(url)]
    found = [parquet.read(file, ["path"], pc.field("url").isin(names)) for file in files]
    return [path for table in found for path in table["path"].to_pylist()]


def _by_recipe(corpus: Corpus, url: str) -> list[str]:
    found = []
    for source in corpus.recipe.get("sources") or []:
        for root in source["paths"]:
            inside = os.path.basename(url) if url == root else url.removeprefix(root.rstrip("/") + "/")
            if inside != url:
                found.append(f"{source['label']}/{inside}" if source.get("label") else inside)
    return found
