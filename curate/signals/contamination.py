"""Contamination: how much of the benchmarks that the recipe names is in a document, by hashed n-grams of words.

Never by lines: words are lower-cased `\\w+`, so wrapping, white space, case, punctuation and comment marks change
nothing, and n words in a row are found in however long a text. n = 13 is that of GPT-3 (Brown et al. 2020, appendix C:
13, and 8 for the shortest items), which called any shared n-gram dirty; PaLM (Chowdhery et al. 2022, section 8) asks
for 70 % of an item's 8-grams, Llama 3 (2024, section 5.1.4) for a share of 8-grams of tokens that it sets by benchmark.
Here the n-grams are counted, and the recipe decides.

A number of words in a row that a page quotes by chance or from a common source is a hit too; `items` and `best` ask
for more. Paraphrases and translations are not found, nor are items in writing without spaces, whose "words" are whole
sentences. Measured only where the recipe has a section `contamination`; see contamination.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from curate.signals._signal import Signal

if TYPE_CHECKING:
    from curate.kernels.scan import Scan
    from curate.signals._items import Index

BROWN = "Brown et al. 2020, C"
SIGNALS = {
    "hits": Signal(pa.int32(), "n-grams", "n-grams of the document that a benchmark item has", BROWN),
    "share": Signal(pa.float32(), "fraction", "words of the document inside such n-grams", "Llama 3, 5.1.4"),
    "items": Signal(pa.int32(), "items", "items of which at least `min_overlap` of the n-grams are here", "PaLM, 8"),
    "best": Signal(pa.float32(), "fraction", "words of the item that is here most, of those n-grams cover", "ours"),
}


def compute(scan: Scan, documents: pa.RecordBatch, index: Index) -> dict[str, np.ndarray]:
    """One value a document of each signal; `index` is of the recipe's benchmarks."""
    from curate.kernels.contamination import search
    from curate.signals._ratio import ratio
    from curate.signals._words import words as words_of

    words, offsets = words_of(scan, documents)
    hits, covered = search(words, offsets, index.ngrams)
    found, best = np.zeros(hits.size, np.int32), np.zeros(hits.size, np.float32)
    if hits.any():
        rows = np.flatnonzero(hits)
        matched = _matches(words, offsets, rows, index)
        np.add.at(found, rows[matched.text], (matched.overlap >= np.float32(index.min_overlap)).astype(np.int32))
        np.maximum.at(best, rows[matched.text], matched.covered)
    return {
        "hits": hits.astype(np.int32),
        "share": ratio(covered, np.diff(offsets)),
        "items": found,
        "best": best,
    }


def rows(documents: pa.RecordBatch, index: Index) -> pa.RecordBatch:
    """schemas.CONTAMINATION of `documents` (row, text): each pair of a document and an item that share an n-gram."""
    from curate.kernels.words import shingle_words
    from schemas import CONTAMINATION

    words, offsets = shingle_words(documents["text"])
    matched = _matches(words, offsets, np.arange(documents.num_rows), index)
    item = matched.item.tolist()
    columns = [
        documents["row"].take(pa.array(matched.text)),
        [index.benchmarks[index.benchmark[i]] for i in item],
        [index.ids[i] for i in item],
        matched.ngrams.astype(np.int32),
        matched.overlap,
        matched.covered,
    ]
    fields = list(CONTAMINATION.schema)
    return pa.record_batch(
        [pa.array(column, field.type) for column, field in zip(columns, fields, strict=True)],
        schema=CONTAMINATION.schema,
    )


def _matches(words: np.ndarray, offsets: np.ndarray, rows: np.ndarray, index: Index):  # type: ignore[no-untyped-def]
    """Matches of some of the texts, numbered among these."""
    from curate.signals._items import matches

    many = offsets[rows + 1] - offsets[rows]
    ends = np.concatenate([[0], np.cumsum(many)])
    chosen = np.repeat(offsets[rows] - ends[:-1], many) + np.arange(ends[-1])
    return matches(words[chosen], ends.astype(np.int64), index)
