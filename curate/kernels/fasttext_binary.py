"""fastText of two labels, collapsed: one number a feature, so that a text's score is a sum.

The score of a text is the difference of its labels' logits: (mean of rows) . (output of label 1 - output of label 0),
which is the mean of the rows' own products with that difference. These are taken once, when the model is loaded: a
model of 2 million buckets and 100 dimensions becomes 8 MB in place of 800, and a feature costs one addition in place
of a hundred. The label is fastText's unless both are as good as equal: sums are not made in the same order.

Of a word of the vocabulary all is known beforehand: the sum of its features and its hash for n-grams lie beside its
key, 16 bytes in one place, so most words cost one look.
"""

from typing import NamedTuple

import numpy as np

from curate.fasttext_model import Model
from curate.kernels.buffers import LEAST, Texts, buffers
from curate.kernels.fasttext_edges import EDGES, edges
from curate.kernels.fasttext_features import (
    END_HASH,
    PAIR,
    is_label,
    ngram_rows,
    pair_remainder,
    put_row,
    word_rows,
)
from curate.kernels.fasttext_hash import signed_hash
from curate.kernels.fasttext_narrowed import products
from curate.kernels.fasttext_tables import END, LABEL, STOP, UNKNOWN, Classifier, classifier
from curate.kernels.hashes import hash_span
from curate.kernels.jit import inlined, kernel

HALF, LOW = np.uint64(32), np.uint64(0xFFFFFFFF)


class Binary(NamedTuple):
    """A Classifier (curate.kernels.fasttext_tables) whose rows are one number each."""

    values: np.ndarray  # float32[words + n-grams that have rows]
    met: np.ndarray  # uint64[power of two, 2]: hash of a word of the vocabulary; its sum (float32) and its n-gram hash
    counts: np.ndarray  # int32[power of two]: its rows, or LABEL or STOP; the sum of these two is no number
    words: int
    keys: np.ndarray
    ids: np.ndarray
    end: int
    kept: np.ndarray
    buckets: np.uint64
    inverse: np.uint64
    word_ngrams: int
    shortest: int
    longest: int
    apart: bool


def binary(model: Model, apart: bool = False) -> Binary:
    """Of a model of two labels, softmax or hierarchical; `apart`: signs are words of their own."""
    if len(model.labels) != 2:
        raise ValueError(f"a model of {len(model.labels)} labels cannot be collapsed; there must be two")
    tables = classifier(model._replace(input=model.input[:0]), apart)
    values = products(model.input, _towards(model, tables)[None]).ravel()
    none = np.zeros((1, 2), np.uint64), np.zeros(1, np.int32)
    known = Binary(values, *none, *(getattr(tables, name) for name in Binary._fields[3:]))
    met, counts = _met(known, model.words + model.labels + [END])
    return known._replace(met=met, counts=counts)


def margins(model: Binary, texts: Texts) -> tuple[np.ndarray, np.ndarray]:
    """(logit of label 1, float64[n], so label 1 where it is above 0; features int32[n]).

    A text of no features is judged by its end alone, or not at all (0).
    """
    data, offsets = buffers(texts)
    told, features = np.zeros(len(offsets) - 1, np.float64), np.zeros(len(offsets) - 1, np.int32)
    longest = int((offsets[1:] - offsets[:-1]).max(initial=0)) + 2
    room = (
        np.empty(EDGES * longest, np.int32),
        np.empty(longest, np.uint64),
        np.empty(longest, np.uint64),
        *_scratch(model, longest),
    )
    _margins(data, offsets, model, *room, told, features)
    return told, features


@kernel
def _margins(data, offsets, model, places, hashes, grams, token, numbers, told, features):
    for i in range(told.size):
        found = edges(data, offsets[i], offsets[i + 1], model.apart, places)
        total, rows, words = _sum_words(data, offsets[i], places[: 2 * found], model, hashes, token, numbers)
        if model.word_ngrams > 1:
            more, found = _sum_ngrams(model, hashes, grams, words, numbers)
            total, rows = total + more, rows + found
        features[i] = rows
        if model.end != UNKNOWN:
            total, rows = total + model.values[model.end], rows + 1
        if rows:
            told[i] = total / rows


@inlined
def _sum_words(data, start, places, model, hashes, token, numbers):
    """(sum of the values of all words and of the n-grams of their characters, how many, words); hashes are noted."""
    total, rows, words = 0.0, 0, 0
    for w in range(0, places.size, 2):
        begin, end = start + places[w], start + places[w + 1]
        key = hash_span(data, begin, end)
        slot = np.int64(key & np.uint64(model.met.shape[0] - 1))
        while model.met[slot, 0] != key and model.met[slot, 0]:
            slot = slot + 1 & model.met.shape[0] - 1
        if model.met[slot, 0] == key:
            found, value = 1, np.uint32(model.met[slot, 1] >> HALF).view(np.float32)
            if model.longest or value != value:
                found = np.int64(model.counts[slot])
                if found == STOP:
                    break
                if found == LABEL:
                    continue
            total += value
            hashes[words] = np.uint64(np.int64(np.int32(model.met[slot, 1] & LOW)))
        else:
            if is_label(data, begin, end):
                continue
            found = 0
            if model.longest:
                found = ngram_rows(data, begin, end, model, token, numbers, 0)
                for k in range(found):
                    total += model.values[numbers[k]]
            hashes[words] = signed_hash(data, begin, end)
        rows += found
        words += 1
    return total, rows, words


@inlined
def _sum_ngrams(model, hashes, grams, words, numbers):
    """(sum of the values of all n-grams of words, how many), the shorter ones first."""
    total, rows = 0.0, 0
    hashes[words] = grams[words] = END_HASH
    for first in range(words):
        grams[first] = hashes[first]
    for more in range(1, model.word_ngrams):
        for first in range(words + 1 - more):
            grams[first] = grams[first] * PAIR + hashes[first + more]
            bucket = pair_remainder(grams[first], model)
            if not model.kept.size:
                total += model.values[model.words + np.int64(bucket)]
                rows += 1
            elif put_row(model, bucket, numbers, 0):
                total += model.values[numbers[0]]
                rows += 1
    return total, rows


def _towards(model: Model, tables: Classifier) -> np.ndarray:
    """What a text's mean is multiplied with for the logit of label 1."""
    if not tables.tree.size:
        return model.output[1] - model.output[0]
    return model.output[0] if tables.tree[0, 1] == 1 else -model.output[0]


def _met(model: Binary, words: list[bytes]) -> tuple[np.ndarray, np.ndarray]:
    offsets = np.zeros(len(words) + 1, np.int64)
    np.cumsum([len(word) for word in words], out=offsets[1:])
    longest = int((offsets[1:] - offsets[:-1]).max(initial=0)) + 2
    data = np.frombuffer(b"".join(words) + bytes(LEAST), np.uint8)
    slots = model.keys.size
    met, counts = np.zeros((slots, 2), np.uint64), np.zeros(slots, np.int32)
    _meet(data, offsets, model, *_scratch(model, longest), met, counts)
    return met, counts


@kernel
def _meet(data, offsets, model, token, numbers, met, counts):
    for i in range(offsets.size - 1):
        begin, end = offsets[i], offsets[i + 1]
        if begin == end:
            continue
        key = hash_span(data, begin, end)
        slot = np.int64(key & np.uint64(counts.size - 1))
        while met[slot, 0]:
            slot = slot + 1 & counts.size - 1
        counts[slot] = word_rows(data, begin, end, key, model, token, numbers)
        total = 0.0 if counts[slot] >= 0 else np.nan
        for k in range(counts[slot]):
            total += model.values[numbers[k]]
        met[slot, 0] = key
        met[slot, 1] = np.uint64(np.float32(total).view(np.uint32)) << HALF | signed_hash(data, begin, end) & LOW


def _scratch(model: Binary, longest: int) -> tuple[np.ndarray, np.ndarray]:
    """Room for the bytes of a word, and for the rows of a word or an n-gram."""
    rows = max(model.longest - model.shortest + 1, 1) * longest + 1
    return np.empty(longest, np.uint8), np.empty(rows, np.int32)
