"""Held-out text as token shards and a table: what `trainer.ablate` reads, one folder for all arms of an ablation.

`tokens/` is laid out as a corpus's (docs/tokens.md), with the corpora's vocabulary and row length, so the trainer reads
both alike. `documents.parquet` has a row for each document: `id` (as in the shards), uid, key, category, bytes, the
text itself for compressors to be compared with, and for each corpus whether its rules would have kept it. Of each
category no more than `most` bytes are taken, whole documents by hash, so that evaluation costs little of the training.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from curate.corpus.corpus import Corpus
from curate.errors import UserError
from curate.holdout.copies import MOST, copied
from curate.holdout.documents import held_out, passing, share
from curate.mix.order import ORDER, stream_hash
from curate.storage import exists, join, read_bytes, write_bytes

MOST_BYTES = 2_000_000
VERSION = 1


def write(corpora: Mapping[str, str], folder: str | Path, length: int, most: int = MOST_BYTES) -> dict[str, Any]:
    """Write `folder`; a description of it: counts, the share held out, what it was made from. Nothing if it stands.

    The text is that of the corpus with most of it, since urls and broken records that one run has removed are no
    matter of another's. UserError where the corpora do not agree on vocabulary or share.
    """
    folder, runs = Path(folder), {name: Corpus(path) for name, path in corpora.items()}
    made_of = {"version": VERSION, "length": length, "most": most, "corpora": _digests(runs)}
    card = folder / "held-out.json"
    if card.exists() and json.loads(card.read_text())["made_of"] == made_of:
        return dict(json.loads(card.read_text()))
    held = _agreed({name: share(run) for name, run in runs.items()}, "holds out the share", runs)
    _agreed({name: _vocabulary(run)["digest"] for name, run in runs.items()}, "has the vocabulary", runs)
    found = {name: held_out(run) for name, run in runs.items()}
    source = max(found, key=lambda name: len(found[name]))  # of equals the first named
    table, dropped = _without_copies(found[source], list(runs.values()), float(held))
    table = _within(table, most)
    if not len(table):
        raise UserError(
            f"{corpora[source]}: no held-out document is left (of {len(found[source])}, {dropped} stand in training "
            "texts as well); raise the share of the rule on holdout.part in each recipe, and run them again"
        )
    table = table.append_column("id", pa.array(np.arange(len(table), dtype=np.int64)))
    for name, run in runs.items():
        table = table.append_column(f"kept by {name}", pa.array(np.isin(table["uid"].to_numpy(), passing(run))))
    folder.mkdir(parents=True, exist_ok=True)
    card.unlink(missing_ok=True)  # first: from here until it is written anew nothing counts
    shutil.rmtree(folder / "tokens", ignore_errors=True)
    _write_tokens(table, runs[source], folder / "tokens", length)
    pq.write_table(table, folder / "documents.parquet", compression="zstd")
    said = {"made_of": made_of, "source": source, "share": held, "copies": dropped, "found": len(found[source])}
    said |= {"documents": len(table), "bytes": int(np.sum(table["bytes"].to_numpy()))}
    write_bytes((json.dumps(said, indent=2) + "\n").encode(), str(card))
    return said


def _digests(runs: Mapping[str, Corpus]) -> dict[str, str]:
    """Of each corpus's products, as its manifest has it."""
    found = {}
    for name, run in runs.items():
        if not exists(run.file("manifest.json")):
            raise UserError(f"{run.path}: no manifest.json, so this run is not finished; finish it with `curate run`")
        found[name] = json.loads(read_bytes(run.file("manifest.json")))["root"]
    return found


def _vocabulary(run: Corpus) -> dict[str, Any]:
    card = run.file("tokens", "vocabulary.json")
    if not exists(card):
        raise UserError(f"{run.path}: no tokens/vocabulary.json in it; the run did not come to `pack`")
    return dict(json.loads(read_bytes(card)))


def _agreed(said: Mapping[str, Any], what: str, runs: Mapping[str, Corpus]) -> Any:
    """The one value that all corpora have."""
    (first, value), *others = said.items()
    for name, other in others:
        if other != value:
            short = [str(one)[:12] for one in (value, other)]
            raise UserError(
                f"{runs[name].path} {what} {short[1]}, {runs[first].path} {short[0]}: text for both must be the same; "
                "make their recipes agree, and run them again"
            )
    return value


def _without_copies(table: pa.Table, runs: list[Corpus], held: float) -> tuple[pa.Table, int]:
    stands = copied(table["text"].to_pylist(), runs, held) >= MOST
    return table.filter(pa.array(~stands)), int(stands.sum())


def _within(table: pa.Table, most: int) -> pa.Table:
    """By category and uid, whole documents in order of a hash up to `most` bytes a category."""
    sizes = np.array([len(text.encode()) for text in table["text"].to_pylist()], np.int64)
    table = table.append_column("bytes", pa.array(sizes)).filter(pa.array(sizes > 0))
    parts = []
    for category in sorted(set(table["category"].to_pylist())):
        part = table.filter(pa.array([one == category for one in table["category"].to_pylist()]))
        uids = part["uid"].to_numpy()
        part = part.take(pa.array(np.lexsort((uids, stream_hash(0, ORDER, uids)))))
        ends = np.cumsum(part["bytes"].to_numpy())
        parts.append(part.slice(0, max(1, int(np.searchsorted(ends, most, "right")))).sort_by("uid"))
    return pa.concat_tables(parts).combine_chunks() if parts else table


def _write_tokens(table: pa.Table, run: Corpus, folder: Path, length: int) -> None:
    from curate.mix.pack import Packer
    from curate.mix.write import open_writer, write_rows
    from curate.tokenizer.load import load

    encoder = load({"file": join(run.file("tokens"), _vocabulary(run)["file"])})
    for category in sorted(set(table["category"].to_pylist())):
        part = table.filter(pa.array([one == category for one in table["category"].to_pylist()]))
        file = folder / f"sequence={length}" / f"category={category}" / "part-00000.parquet"
        file.parent.mkdir(parents=True, exist_ok=True)
        tokens, offsets = encoder.encode(part["text"])
        packer = Packer(length, encoder.end_of_text, encoder.padding, encoder.token_bytes)
        rows = [packer.add(part["id"].to_numpy(), tokens, offsets), packer.finish()]
        with tempfile.TemporaryDirectory(dir=file.parent) as scratch:
            with open_writer(f"{scratch}/part", length, encoder) as writer:
                write_rows(writer, rows, length)
            os.replace(f"{scratch}/part", file)
    encoder.write(folder)
