"""Documents as fastText's library reads them to learn: a line each, `__label__yes the words ...`, in a fixed order.

A text is made one line just as prediction sees it: white space is fastText's seven bytes, words that look like its
labels do not count, and `</s>` ends the text; with signs apart there are neither. fastText has no weights, so documents
of rarer classes are repeated until classes are alike, ten times at most; it learns line by line, so lines are in the
order of a hash.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator

import numpy as np

from classifiers.labels import Labels

PREFIX = "__label__"
MOST = 10  # times that a document is repeated
_SPACE = r" \n\r\t\v\f\0"
_END = re.compile(rf"(?<![^{_SPACE}])</s>(?![^{_SPACE}])")
_SIGN = re.compile(f"[{re.escape(string.punctuation)}]")
_LABEL = re.compile(rf"(?<![^{_SPACE}]){PREFIX}[^{_SPACE}]*")


def lines(labels: Labels, seed: int, balance: bool, apart: bool) -> Iterator[bytes]:
    texts, names = labels.texts, labels.task.names
    for row in order(labels, seed, balance):
        yield f"{PREFIX}{names[labels.classes[row]]} {one_line(texts[row].as_py(), apart)}\n".encode()


def one_line(text: str, apart: bool) -> str:
    """`apart`: each sign of ASCII's punctuation is a word of its own."""
    if apart:
        return _SIGN.sub(r" \g<0> ", text).replace("\n", " ")
    ended = _END.search(text)
    return _LABEL.sub("", text[: ended.start()] if ended else text).replace("\n", " ")


def order(labels: Labels, seed: int, balance: bool) -> list[int]:
    """Rows of the labels, those of rarer classes more than once, by a hash of seed, uid and repetition."""
    import xxhash

    uids = labels.table["uid"].to_pylist()
    hashed = [xxhash.xxh3_64_intdigest(f"{seed} {uid}".encode()) for uid in uids]
    most = int(np.bincount(labels.classes).max())
    found = []
    for one in np.unique(labels.classes):
        rows = sorted(np.flatnonzero(labels.classes == one).tolist(), key=lambda row: (hashed[row], row))
        wanted = min(most, MOST * len(rows)) if balance else len(rows)
        found += [(rows[k % len(rows)], k // len(rows)) for k in range(wanted)]
    by_hash = [(xxhash.xxh3_64_intdigest(f"{hashed[row]} {again}".encode()), row, again) for row, again in found]
    return [row for _, row, _ in sorted(by_hash)]
