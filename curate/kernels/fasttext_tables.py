"""A fastText model as its kernel takes it: rows of whole sixteens, the vocabulary as a hash table, buckets as bitmaps.

The vocabulary is known by 64 bits of hash. Of a pruned model, 64 buckets are one bitmap with the number of rows before
it, so a bucket's row is a count of bits: half a megabyte for lid.176, where a table of rows would be eight.
"""

from typing import NamedTuple

import numpy as np

from curate.fasttext_model import HIERARCHICAL, Model
from curate.kernels.buffers import LEAST
from curate.kernels.fasttext_hash import signed_hash
from curate.kernels.hashes import hash_span
from curate.kernels.jit import inner, kernel
from curate.kernels.vectors import WIDTH

END = b"</s>"
# In place of a word's row: it is in no vocabulary; it is a label and counts for nothing; the text ends here; no entry.
UNKNOWN, LABEL, STOP, FREE = -1, -2, -3, -4
ONE = np.uint64(1)


class Classifier(NamedTuple):
    rows: np.ndarray  # float32[(words + n-grams that have rows) * width]
    output: np.ndarray  # float32[labels * width]
    width: int  # dimensions, filled up to sixteens
    labels: int
    words: int
    keys: np.ndarray  # uint64[power of two], hashes of the vocabulary: open addressing
    ids: np.ndarray  # int32, row of the word, or LABEL, STOP, FREE
    hashes: np.ndarray  # uint64[words], as n-grams of words take them
    end: int  # row of </s>, or UNKNOWN
    kept: np.ndarray  # uint64[buckets / 64, 2], bitmap of the buckets that have rows, rows before it; empty: all have
    buckets: np.uint64
    inverse: np.uint64  # 2^64 / buckets, for the remainder of a division (Lemire et al. 2019)
    word_ngrams: int
    shortest: int
    longest: int
    tree: np.ndarray  # int32[labels - 1, 2], children of the nodes above the leaves; empty: softmax
    apart: bool  # whether signs are words of their own


def classifier(model: Model, apart: bool = False) -> Classifier:
    rows, output = _widened(model.input), _widened(model.output)
    keys, ids = _vocabulary(model)
    tree = _tree(model.label_counts) if model.loss == HIERARCHICAL else np.empty((0, 2), np.int32)
    inverse = ((1 << 64) - 1) // max(model.buckets, 1) + 1 & (1 << 64) - 1
    return Classifier(
        rows.ravel(), output.ravel(), rows.shape[1], len(model.labels), len(model.words), keys, ids, _hashes(model),
        model.words.index(END) if END in model.words else UNKNOWN,
        _ranks(model), np.uint64(model.buckets), np.uint64(inverse),
        model.word_ngrams, model.shortest, model.longest, tree, apart,
    )  # fmt: skip


def _widened(matrix: np.ndarray) -> np.ndarray:
    width = -(-matrix.shape[1] // WIDTH) * WIDTH
    wide = np.zeros((len(matrix), width), np.float32)
    wide[:, : matrix.shape[1]] = matrix
    return wide


def _vocabulary(model: Model) -> tuple[np.ndarray, np.ndarray]:
    names = [END, *model.words, *model.labels]
    values = [STOP, *range(len(model.words)), *[LABEL] * len(model.labels)]
    offsets = np.zeros(len(names) + 1, np.int64)
    np.cumsum([len(name) for name in names], out=offsets[1:])
    slots = 1 << (2 * len(names)).bit_length()
    keys, ids = np.zeros(slots, np.uint64), np.full(slots, FREE, np.int32)
    data = np.frombuffer(b"".join(names) + bytes(LEAST), np.uint8)
    _enter(data, offsets, np.array(values, np.int32), keys, ids)
    return keys, ids


def _hashes(model: Model) -> np.ndarray:
    offsets = np.zeros(len(model.words) + 1, np.int64)
    np.cumsum([len(word) for word in model.words], out=offsets[1:])
    found = np.empty(len(model.words), np.uint64)
    _hash_words(np.frombuffer(b"".join(model.words) + bytes(LEAST), np.uint8), offsets, found)
    return found


@kernel
def _hash_words(data, offsets, found):
    for i in range(found.size):
        found[i] = signed_hash(data, offsets[i], offsets[i + 1])


@kernel
def _enter(data, offsets, values, keys, ids):
    """The first of equal words stays: so `</s>` ends a text, in the vocabulary or not."""
    for i in range(values.size):
        if offsets[i + 1] > offsets[i]:
            key = hash_span(data, offsets[i], offsets[i + 1])
            slot = find(key, keys, ids)
            if ids[slot] == FREE:
                keys[slot], ids[slot] = key, values[i]


@inner
def find(key, keys, ids):
    """Where `key` is in the table, or would be."""
    slot = np.int64(key & np.uint64(keys.size - 1))
    while ids[slot] != FREE and keys[slot] != key:
        slot = slot + 1 & keys.size - 1
    return slot


def _ranks(model: Model) -> np.ndarray:
    if model.kept is None:
        return np.empty((0, 2), np.uint64)
    table = np.zeros((model.buckets // 64 + 1, 2), np.uint64)
    blocks = model.kept >> 6
    np.bitwise_or.at(table[:, 0], blocks, ONE << (model.kept & 63).astype(np.uint64))
    table[1:, 1] = np.cumsum(np.bincount(blocks, minlength=len(table)))[:-1]
    return table


def _tree(counts: np.ndarray) -> np.ndarray:
    """Huffman's, as fastText builds it: labels come by falling count, and the two rarest are joined next."""
    labels = len(counts)
    weights = [int(count) for count in counts] + [10**15] * (labels - 1)
    children, leaf, node = [], labels - 1, labels
    for parent in range(labels, 2 * labels - 1):
        pair = []
        for _ in range(2):
            if leaf >= 0 and weights[leaf] < weights[node]:
                pair.append(leaf)
                leaf -= 1
            else:
                pair.append(node)
                node += 1
        weights[parent] = weights[pair[0]] + weights[pair[1]]
        children.append(pair)
    return np.array(children, np.int32).reshape(-1, 2)
