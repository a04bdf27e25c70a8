"""fastText's model files (version 12), dense `.bin` and quantised `.ftz`, as flat arrays.

Supervised models with softmax or hierarchical softmax (Joulin et al. 2016). A quantised matrix (Joulin et al. 2016b:
product quantisation with 256 centroids a part, norms apart) is written out as float32, since a row is then one load.
A pruned model keeps only some of its hash buckets; their rows are put in the order of the buckets.

Every number of the file that says how much follows is checked against what is there: a file that is damaged, cut off or
something else gives one ValueError that names it.
"""

from __future__ import annotations

import struct
from typing import Any, NamedTuple

import numpy as np

from curate.storage import read_bytes

HIERARCHICAL, SOFTMAX = 1, 3
_MAGIC, _VERSION, _SUPERVISED = 793712314, 12, 3
_CENTROIDS = 256
_MOST = 1 << 31  # numbers of rows are int32
_LONGEST = 100  # n-grams; more would only be a damaged number


class Model(NamedTuple):
    words: list[bytes]  # id = place; `</s>` among them is the end of a text
    labels: list[bytes]  # with their prefix, `__label__` as a rule
    label_counts: np.ndarray  # int64[labels], of the training data: hierarchical softmax makes its tree of them
    input: np.ndarray  # float32[words + buckets, or words + kept, dimensions]
    output: np.ndarray  # float32[labels, dimensions]; hierarchical: of the nodes above the leaves, lowest first
    loss: int  # HIERARCHICAL or SOFTMAX
    word_ngrams: int
    shortest: int  # n-grams of characters in <word>
    longest: int  # 0: none
    buckets: int
    kept: np.ndarray | None  # int64, ascending: the buckets that have rows, in the order of these; None: all have


class _Broken(Exception):
    """Why a file can't be read."""


def read(path: str) -> Model:
    """The model at `path`, a file or an address."""
    try:
        return _read(_Cursor(read_bytes(path)))
    except _Broken as why:
        raise ValueError(f"{path}: not a fastText model that can be used: {why}") from None


class _Cursor:
    def __init__(self, content: bytes):
        self._content, self._at = content, 0

    def numbers(self, layout: str) -> tuple[Any, ...]:
        return struct.unpack("<" + layout, self._take(struct.calcsize("<" + layout)))

    def array(self, kind: str, size: int) -> np.ndarray:
        return np.frombuffer(self._take(size * np.dtype(kind).itemsize), kind)

    def word(self) -> bytes:
        end = self._content.find(b"\0", self._at)
        _require(end >= 0, "it ends within its words")
        found, self._at = self._content[self._at : end], end + 1
        return found

    def left(self) -> int:
        return len(self._content) - self._at

    def _take(self, size: int) -> memoryview:
        _require(0 <= size <= self.left(), "it is cut off, or its sizes are damaged")
        self._at += size
        return memoryview(self._content)[self._at - size : self._at]


def _require(holds: bool, why: str) -> None:
    if not holds:
        raise _Broken(why)


def _read(file: _Cursor) -> Model:
    _require(file.left() >= 8 and file.numbers("i")[0] == _MAGIC, "it does not begin as one")
    _require(file.numbers("i")[0] == _VERSION, f"only version {_VERSION} of the format is known")
    dimensions, _, _, _, _, word_ngrams, loss, kind, buckets, shortest, longest, _, _ = file.numbers("12id")
    _require(kind == _SUPERVISED, "it is no classifier (its vectors were trained without labels)")
    _require(loss in (HIERARCHICAL, SOFTMAX), "its loss is neither softmax nor hierarchical softmax")
    fine = dimensions > 0 and 0 < word_ngrams <= _LONGEST and 0 <= longest <= _LONGEST and min(buckets, shortest) >= 0
    _require(fine, "its settings are damaged")
    _require(buckets > 0 or (longest == 0 and word_ngrams == 1), "it has n-grams and no buckets")
    words, labels, counts, pruned = _dictionary(file)
    ids, kept = _kept(file, pruned, buckets)
    quantised = _flag(file)
    _require(quantised or kept is None, "its n-grams are pruned, but it is not quantised")
    rows = _matrix(file, quantised, len(words) + (buckets if kept is None else pruned), dimensions)
    if kept is not None:
        rows = np.concatenate([rows[: len(words)], rows[len(words) + ids]])
    output = _matrix(file, _flag(file) and quantised, len(labels), dimensions)
    _require(file.left() == 0, "more follows than belongs to one")
    return Model(words, labels, counts, rows, output, loss, word_ngrams, shortest, longest, buckets, kept)


def _dictionary(file: _Cursor) -> tuple[list[bytes], list[bytes], np.ndarray, int]:
    """(words, labels, counts of the labels, n-grams left by pruning, or -1)."""
    size, words, labels, _, pruned = file.numbers("3iqq")
    _require(words >= 0 and labels > 0 and size == words + labels and -1 <= pruned < _MOST, "its sizes are damaged")
    # Each entry takes 10 bytes at least: a damaged size doesn't become a long loop.
    _require(size <= file.left() // 10, "it is cut off, or its sizes are damaged")
    names, counts = [], []
    for entry in range(size):
        names.append(file.word())
        count, kind = file.numbers("qb")
        _require(kind == (entry >= words), "its words and labels are mixed")
        counts.append(count)
    _require(all(0 <= count < 10**12 for count in counts[words:]), "its counts are damaged")
    return names[:words], names[words:], np.array(counts[words:], np.int64), pruned


def _kept(file: _Cursor, pruned: int, buckets: int) -> tuple[np.ndarray, np.ndarray | None]:
    """(row among the n-grams, bucket) of each bucket with a row, by bucket."""
    if pruned < 0:
        return np.empty(0, np.int64), None
    pairs = file.array("<i4", 2 * pruned).reshape(-1, 2).astype(np.int64)
    kept, ids = pairs[np.argsort(pairs[:, 0], kind="stable")].T
    inside = np.all((kept >= 0) & (kept < buckets) & (ids >= 0) & (ids < pruned))
    _require(bool(inside and np.all(np.diff(kept) > 0)), "its pruned n-grams are damaged")
    return ids, kept


def _flag(file: _Cursor) -> bool:
    (value,) = file.numbers("B")
    _require(value <= 1, "a yes or no in it is neither")
    return value == 1


def _matrix(file: _Cursor, quantised: bool, rows: int, columns: int) -> np.ndarray:
    normed = quantised and _flag(file)
    _require(file.numbers("qq") == (rows, columns), "its matrices do not fit its words, labels and dimensions")
    _require(rows < _MOST, "it has more rows than 32 bits can number")
    if not quantised:
        matrix = file.array("<f4", rows * columns).reshape(rows, columns)
    else:
        matrix = _quantised(file, normed, rows, columns)
    with np.errstate(over="ignore", invalid="ignore"):  # a row's sum is finite unless a number is not
        finite = np.isfinite(matrix.sum(axis=1)).all()
    _require(bool(finite), "its weights are no finite numbers")
    return matrix


def _quantised(file: _Cursor, normed: bool, rows: int, columns: int) -> np.ndarray:
    (size,) = file.numbers("i")
    _require(size >= 0 and (size % rows == 0 if rows else size == 0), "the sizes of its quantised matrix are damaged")
    codes = file.array("u1", size).reshape(rows, -1) if rows else np.empty((0, 1), np.uint8)
    parts = _centroids(file, columns)
    _require(not rows or codes.shape[1] == len(parts), "the sizes of its quantised matrix are damaged")
    matrix = np.empty((rows, columns), np.float32)
    at = 0
    for part, column in zip(parts, codes.T, strict=False):
        matrix[:, at : at + part.shape[1]] = part[column]
        at += part.shape[1]
    if normed:
        lengths = file.array("u1", rows)
        with np.errstate(over="ignore", invalid="ignore"):  # refused by whoever asked
            matrix *= _centroids(file, 1)[0][lengths]
    return matrix


def _centroids(file: _Cursor, columns: int) -> list[np.ndarray]:
    """float32[256, width] of each part of a row."""
    dimensions, parts, width, last = file.numbers("4i")
    fits = dimensions == columns and parts > 0 and width > 0 and 0 < last <= width
    _require(fits and (parts - 1) * width + last == columns, "its quantiser does not fit its matrix")
    values = file.array("<f4", columns * _CENTROIDS)
    most = (parts - 1) * _CENTROIDS * width
    return [*values[:most].reshape(parts - 1, _CENTROIDS, width), values[most:].reshape(_CENTROIDS, last)]
