"""`curate exclude`: the documents that lists name go out of a finished corpus, and the ledger says so.

Only files that hold one of them are written anew; all others stay the same files. Then come a ledger file, the report
and, last, the manifest, which is away meanwhile as when a run lays out its products. A second time nothing is found and
nothing changes. What earlier recipes left in `work/` goes as a whole: it may hold the same texts.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow.parquet as pq

from curate.corpus import Corpus
from curate.errors import UserError
from curate.exclusions import Entry, Exclusions
from curate.storage import names
from pipelines import publish
from pipelines.exclude import rewritten, staged
from pipelines.exclude.found import Found, documents, found
from pipelines.exclude.kept_out import LISTS, digest, known
from pipelines.exclude.reported import refresh
from pipelines.exclude.restated import restate
from pipelines.exclude.staged import Staged
from pipelines.lock import lock
from pipelines.output import put_text
from schemas import rows_of, shards_of

WITH_TEXT = ("extract", "clean", "pack")


@dataclass(frozen=True)
class Excluded:
    """What went: documents of the corpus, of `work/` alone, files written anew; what had gone in favour of them."""

    documents: int = 0
    only_in_work: int = 0
    files: int = 0
    favoured: int = 0
    resumed: bool = False
    rows: int = 0  # of all lists
    unmatched: tuple[Entry, ...] = ()  # those that name nothing in the corpus


def exclude(root: str, lists: Sequence[str]) -> Excluded:
    """Take what `lists` name out of the corpus in the local folder `root`."""
    if "://" in root:
        raise UserError(f"{root}: exclude works on a folder of this machine; copy the corpus here, and back")
    exclusions = Exclusions(lists)
    if not os.path.isdir(root):
        raise UserError(f"{root}: no such folder; name that of a finished corpus")
    with lock(root):
        resumed = staged.is_ready(root)
        if resumed:
            _finish(root)
        staged.forget(root)
        if not os.path.exists(os.path.join(root, "manifest.json")):
            raise UserError(f"{root}: no manifest.json, so this is no finished corpus; finish its run first")
        corpus = Corpus(root)
        hit = found(corpus, exclusions)
        rows, unmatched = len(exclusions), tuple(exclusions.unmatched())
        if not hit.entries:
            if not {*map(digest, lists)} <= known(root).keys():  # a later run may read what this one had no use for
                put_text(_known_by_now(root, lists), corpus.file(LISTS))
            return Excluded(resumed=resumed, rows=rows, unmatched=unmatched)
        files = _stage(corpus, hit, lists)
        _finish(root)
        alone = len({*hit.read} - {*hit.finished})
        return Excluded(len(hit.finished), alone, files, hit.favoured, resumed, rows, unmatched)


def _stage(corpus: Corpus, hit: Found, lists: Sequence[str]) -> int:
    """Make everything aside; returns how many shard files are written anew."""
    change, ids = Staged(corpus.path), np.array(sorted(hit.entries), np.int64)
    in_text = np.array(sorted(hit.finished), np.int64)
    parts = _parts(corpus, in_text)
    made = dict(_products(corpus, change, parts, in_text)) | dict(_working(corpus, change, ids))
    restate(corpus, change, made)
    number = len([name for name in names(corpus.file("ledger")) if name.startswith("exclude-")])
    pq.write_table(hit.rows(), change.path(f"ledger/exclude-{number:05d}.parquet"), **rewritten.PLAIN)
    change.text(_known_by_now(corpus.path, lists), LISTS)
    for stale in _stale(corpus):
        change.goes(stale)
    change.ready()
    return len(made)


def _known_by_now(root: str, lists: Sequence[str]) -> str:
    given = {digest(path): os.path.basename(path) for path in lists}
    return json.dumps({**given, **known(root)}, sort_keys=True, indent=1)


def _parts(corpus: Corpus, ids: np.ndarray) -> list[str]:
    """`category=…/part-….parquet` of the text files with one of `ids`: what tokens/ calls its files too."""
    found = []
    for url in corpus.below("text"):
        if np.isin(pq.read_table(url, columns=["id"])["id"].to_numpy(), ids).any():
            found.append(os.path.relpath(url, corpus.file("text")))
    return found


def _products(
    corpus: Corpus, change: Staged, parts: list[str], ids: np.ndarray
) -> Iterator[tuple[str, int]]:
    """(name, rows) of the files of text/ and tokens/, each one file with its copy in work/."""
    sizes = _token_bytes(corpus) if parts else np.empty(0, np.int32)
    lengths = [name for name in names(corpus.file("tokens")) if name.startswith("sequence=")] if parts else []
    for part in parts:
        for folder in ("text", *(f"tokens/{length}" for length in lengths)):
            name = f"{folder}/{part}"
            source, target = corpus.file(name), change.path(name)
            of = (source, target, ids)
            rows = rewritten.text(*of) if folder == "text" else rewritten.tokens(*of, sizes)
            twin = _twin(corpus, name)
            if rows == 0:
                change.goes(name)
            if twin and rows:
                change.same(name, twin)
            elif twin:
                change.goes(twin)
            yield name, rows


def _working(corpus: Corpus, change: Staged, ids: np.ndarray) -> Iterator[tuple[str, int]]:
    """(name, rows) of the files of documents and of cleaned text, where `work/` is there."""
    for shard, file in documents(corpus).items():
        rows = rows_of(ids[shards_of(ids) == shard])
        if not len(rows):
            continue
        cleaned, cited = corpus.files("clean", "clean").get(shard), corpus.files("extract", "links").get(shard)
        for source, of in ((file, rewritten.documents), (cleaned, rewritten.clean), (cited, rewritten.links)):
            if source and np.isin(pq.read_table(source, columns=["row"])["row"].to_numpy(), rows).any():
                name = os.path.relpath(source, corpus.path)
                left = of(source, change.path(name), rows)
                if left == 0:
                    change.goes(name)
                yield name, left


def _token_bytes(corpus: Corpus) -> np.ndarray:
    from curate.tokenizer import load

    with open(corpus.file("tokens", "vocabulary.json"), encoding="utf-8") as card:
        return load({"file": corpus.file("tokens", json.load(card)["file"])}).token_bytes


def _twin(corpus: Corpus, name: str) -> str | None:
    """The file of `work/` that a product is a second name of."""
    try:
        twin = os.path.join(corpus.phase_folder("pack"), name)
    except UserError:
        return None
    return os.path.relpath(twin, corpus.path) if os.path.exists(twin) else None


def _stale(corpus: Corpus) -> list[str]:
    """Folders with text that an earlier recipe left."""
    current = set()
    for phase in WITH_TEXT:
        try:
            current.add(os.path.basename(corpus.phase_folder(phase)))
        except UserError:
            continue
    folders = [name for name in names(corpus.file("work")) if name.rpartition("-")[0] in WITH_TEXT]
    return [os.path.join("work", name) for name in folders if name not in current] if current else []


def _finish(root: str) -> None:
    """From staged files to a whole corpus."""
    manifest = os.path.join(root, "manifest.json")
    if os.path.exists(manifest):
        os.remove(manifest)
    staged.move(root)
    staged.sweep(root)  # the manifest lists what it finds
    refresh(root)
    put_text(json.dumps(publish.manifest_of(root), sort_keys=True, indent=1), manifest)
    staged.forget(root)
