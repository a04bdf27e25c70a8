"""Every kernel of a run, once, on a few words: compiled where the cache is empty, loaded otherwise.

The first run on a machine compiles for about half a minute. A run calls this before its first phase, so that its
processes find a full cache instead of compiling side by side, and so that the user can be told.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import pickle
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa

WHOLE = "whole"  # a file beside the kernels: their digests, once all are there; `curate signals` alone leaves some


def is_cold() -> bool:
    """Whether `warm` will have to compile. Kernels that a power cut or a disk has damaged are thrown away first."""
    from curate.kernels.cache import prepare

    folder = prepare()
    try:
        told = json.loads((folder / WHOLE).read_text("utf-8"))
        if told == _digests(folder, told):
            return False
    except (OSError, ValueError):
        pass
    for file in [*folder.rglob("*.nb[ci]"), folder / WHOLE]:
        file.unlink(missing_ok=True)
    return True


def warm() -> None:
    from curate.kernels import warm as warm_signals
    from curate.kernels.cache import prepare

    warm_signals()
    texts = pa.array(["one two three four five six\nseven eight nine ten\n", "one two three four five six\nseven"])
    _warm_charset()
    _warm_language(texts)
    _warm_dedup(texts)
    _warm_tokens()
    _warm_extract()
    with contextlib.suppress(OSError):  # a cache that cannot be written was told elsewhere
        _note_whole(prepare())


def _note_whole(folder: Path) -> None:
    names = sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*.nbc"))
    (folder / WHOLE).write_text(json.dumps(_digests(folder, names)), "utf-8")


def _digests(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """Of compiled code, which never changes once it is written. ValueError where an index has been cut."""
    for index in folder.rglob("*.nbi"):
        if not index.read_bytes().endswith(pickle.STOP):
            raise ValueError(f"{index}: no index of kernels")
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}


def _warm_charset() -> None:
    from curate.charset import decode

    decode("é".encode())


def _warm_language(texts: pa.Array) -> None:
    from curate.language import identify

    identify(texts)


def _warm_dedup(texts: pa.Array) -> None:
    from curate.dedup.agreement import agreement
    from curate.dedup.bands import band_hashes, candidates
    from curate.dedup.fast_similarity import fast_similarity
    from curate.dedup.keepers import keep
    from curate.dedup.line_counts import count, mask, once_a_document
    from curate.dedup.line_edits import remove_lines, taken
    from curate.dedup.lines import line_hashes
    from curate.dedup.repetition import repetition
    from curate.dedup.shingles import jaccard, shingle_sets
    from curate.dedup.sketches import sketch_hashes, sketch_texts

    sketches, _ = sketch_texts(texts, 5, 4, 1)
    sketch_hashes(sketches)
    hashes = band_hashes(sketches, 2, 2)
    ids = np.arange(2, dtype=np.int64)
    candidates(hashes[:, 0], ids, hashes[:, 1], ids[:, None], 2, 2)
    agreement(sketches, ids, sketches, ids)
    one = np.zeros(1, np.int64)
    keep(one, one + 1, np.ones(1, np.float32), one[:, None], one[:, None])
    sets, ends = shingle_sets(texts, 5)
    jaccard(sets, ends, ids[:1], ids[1:])
    fast_similarity(sets, ends, 4, 1)
    lines, offsets = line_hashes(texts, 1)
    repetition(texts, 1)
    count(once_a_document(lines, offsets))
    gone = mask(lines, lines[:1])
    remove_lines(texts, gone, offsets)
    taken(texts, gone, offsets)


def _warm_tokens() -> None:
    from curate.divergence import add, histogram, kl, reference
    from curate.mix.pack import Packer

    ids, offsets = np.zeros(4, np.int32), np.array([0, 4], np.int64)
    kl(ids, offsets, reference(histogram(ids, 2)))
    add(ids, offsets, np.zeros(1, np.int64), np.zeros(2, np.int64))
    Packer(2, 1, 1, np.ones(2, np.int32)).add(np.zeros(1, np.int64), ids, offsets)


def _warm_extract() -> None:
    from curate.extract.html import main_text

    main_text("<p>one two three four five", "html")
