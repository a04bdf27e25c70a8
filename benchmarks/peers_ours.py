"""The same tasks by Curate, in this process: CPU seconds around the work, compiled kernels loaded before.

Documents come in batches of 4 MB, as the run hands them on. `language` looks at the first 2,000 characters only, as the
run does; `tokens` starts with an engine that has met no word yet, as a worker does.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from statistics import median

import numpy as np
import pyarrow as pa

from curate import language, signals, tokenizer
from curate.dedup.lines import line_hashes
from curate.dedup.sketches import sketch_texts
from curate.kernels import seconds_to_warm

BATCH_BYTES = 4 << 20
FAMILIES = ("gopher", "repetition", "c4", "fineweb")
Batches = list[pa.Array]


def heuristics(batches: Batches, families: Sequence[str] = FAMILIES) -> None:
    for texts in batches:
        signals.compute(pa.table({"text": texts}), families)


def signatures(batches: Batches) -> None:
    for texts in batches:
        sketch_texts(texts, 5, 112, 1)


def lines(batches: Batches) -> None:
    for texts in batches:
        line_hashes(texts, 10)


def languages(batches: Batches) -> None:
    for texts in batches:
        language.identify(texts)


class Tokens:
    """A new engine for each pass; `ids` is the digest of the last pass's."""

    def __init__(self) -> None:
        self._made = [tokenizer.load({"name": "cl100k"})]
        self._last: list[tuple[np.ndarray, np.ndarray]] = []

    def __call__(self, batches: Batches) -> None:
        self._last = [self._made[-1].encode(texts) for texts in batches]

    def renew(self) -> None:
        self._made.append(tokenizer.load({"name": "cl100k"}))

    def ids(self) -> str:
        h = hashlib.sha256()
        for ids, offsets in self._last:
            for start, end in pairwise(offsets):
                h.update(ids[start:end].astype(np.int32).tobytes() + b"|")
        return h.hexdigest()


def everything(tokens: Tokens) -> Callable[[Batches], None]:
    """All text stages on each batch in turn."""

    def work(batches: Batches) -> None:
        for batch in batches:
            for stage in (languages, heuristics, signatures, lines, tokens):
                stage([batch])

    return work


def extraction(pages: pa.Array) -> None:
    from curate.extract.html import main_text

    for page in pages.to_pylist():
        main_text(page, "auto")


def cut(texts: pa.ChunkedArray) -> Batches:
    """Batches of about 4 MB."""
    whole = texts.combine_chunks()
    whole = whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole
    ends = np.frombuffer(whole.buffers()[1], np.int64)[whole.offset : whole.offset + len(whole) + 1]
    starts = sorted({int(np.searchsorted(ends, at)) for at in range(int(ends[0]), int(ends[-1]), BATCH_BYTES)})
    return [whole.slice(a, b - a) for a, b in pairwise([*starts, len(whole)])]


def seconds(work: Callable[[], object], repeats: int = 5, before: Callable[[], object] = lambda: None) -> float:
    """Median CPU seconds of `work`, after one pass that does not count and with `before` outside the clock."""
    took = []
    for turn in range(repeats + 1):
        before()
        began = time.process_time()
        work()
        if turn or not repeats:
            took.append(time.process_time() - began)
    return median(took)


def warm() -> float:
    """CPU seconds to load, or on a new machine compile, the kernels."""
    spent = seconds_to_warm()
    texts = pa.array(["A line that ends.\nAnd another line, of some more words."], pa.large_string())
    for stage in (heuristics, signatures, lines, languages):
        stage([texts])
    return spent
