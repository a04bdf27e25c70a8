"""fastText's prediction (Joulin et al. 2016): the most probable label of each text, from the bytes of the batch.

A text is one line: words stand between fastText's seven white-space bytes, and `</s>` ends it, also where a text
writes that out. Its features are the words of the vocabulary, n-grams of the characters of each <word>, and n-grams of
words, these two by hash (FNV-1a, bytes signed) into buckets. It is judged by the mean of their rows.

Labels are fastText's; probabilities differ in the last bits, as the order in which numbers are added up does. Most
words of a batch were met before: the sum of a word's rows stays in a small cache. It is always added up apart, so what
stands beside a text changes nothing.
"""

import math

import numpy as np

from curate.kernels.blocks import block
from curate.kernels.buffers import Texts, buffers
from curate.kernels.fasttext_tables import END, FREE, LABEL, STOP, UNKNOWN, Classifier, find
from curate.kernels.hashes import hash_span
from curate.kernels.intrinsics import LANES, byte_classes, lowest, multiply_fold, ones
from curate.kernels.jit import inlined, kernel
from curate.kernels.vectors import WIDTH, add_rows, dot

SPACES = byte_classes(b" \n\r\t\v\f\0")
LABELS = np.frombuffer(b"__label__", np.uint8)
CACHED = 1 << 14
ONE = np.uint64(1)
BASIS, PRIME, SIGN = np.uint32(2166136261), np.uint32(16777619), np.uint32(0xFFFFFF00)
PAIR = np.uint64(116049371)  # fastText's multiplier for n-grams of words
LITTLE = 1e-5  # what it adds to a probability before it takes the logarithm
LEAST_LOG = np.float32(math.log(LITTLE))


def predict(model: Classifier, texts: Texts) -> tuple[np.ndarray, np.ndarray]:
    """(labels int32[n], -1 where there is nothing to tell by; probabilities float32[n])."""
    data, offsets = buffers(texts)
    return predict_spans(model, data, offsets[:-1], offsets[1:])


def predict_spans(
    model: Classifier, data: np.ndarray, starts: np.ndarray, ends: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The same of the texts data[starts[i]:ends[i]], in an array of 64 bytes at least."""
    longest = int((ends - starts).max(initial=0)) + 2
    features = max(model.longest - model.shortest + 1, model.word_ngrams - 1, 1) * longest + 1
    cached = CACHED if model.longest else 1
    labels, probabilities = np.full(starts.size, -1, np.int32), np.zeros(starts.size, np.float32)
    _predict(
        data, starts, ends, model, np.zeros(cached, np.uint64), np.zeros(cached, np.int32),
        np.zeros(cached * model.width, np.float32), np.empty(longest, np.int32), np.empty(longest, np.uint8),
        np.empty(longest, np.uint64), np.empty(features, np.int32), labels, probabilities,
    )  # fmt: skip
    return labels, probabilities


@kernel
def _predict(data, starts, ends, model, keys, counts, sums, places, token, hashes, numbers, labels, probabilities):
    hidden = np.empty(model.width, np.float32)
    scores = np.empty(model.output.size // model.width + 1, np.float32)
    nodes = np.empty(scores.size, np.int32)
    for i in range(starts.size):
        hidden[:] = 0
        words = _edges(data, starts[i], ends[i], places)
        rows, words = _add_words(
            data, starts[i], places[: 2 * words], model, keys, counts, sums, token, hashes, numbers, hidden
        )
        found = _end_rows(model, hashes, words, numbers)
        _add(model.rows, numbers, found, model.width, hidden, 0)
        rows += found
        if rows:
            hidden *= np.float32(1.0 / rows)
            if model.tree.size:
                labels[i], probabilities[i] = _best_leaf(model, hidden, nodes, scores)
            else:
                labels[i], probabilities[i] = _best_label(model, hidden, scores)


@inlined
def _add_words(data, start, places, model, keys, counts, sums, token, hashes, numbers, hidden):
    """Add the rows of all words to `hidden`, note their hashes: (rows, words)."""
    rows = words = 0
    for w in range(0, places.size, 2):
        begin, end = start + places[w], start + places[w + 1]
        key = hash_span(data, begin, end)
        slot = np.int64(key & np.uint64(keys.size - 1))
        if keys[slot] != key:
            for k in range(slot * model.width, (slot + 1) * model.width):
                sums[k] = 0
            keys[slot], counts[slot] = key, _word_rows(data, begin, end, key, model, token, numbers)
            _add(model.rows, numbers, counts[slot], model.width, sums, slot * model.width)
        found = counts[slot]
        if found == STOP:
            break
        if found == LABEL:
            continue
        numbers[0] = slot
        _add(sums, numbers, 1, model.width, hidden, 0)
        rows += found
        if model.word_ngrams > 1:
            hashes[words] = _signed_hash(data, begin, end)
            words += 1
    return rows, words


@inlined
def _add(table, numbers, count, width, to, at):
    for k in range(0, width, WIDTH):
        add_rows(to, at + k, table, numbers, k, count, width)


@inlined
def _edges(data, start, end, places):
    """Write where each word begins and ends, from `start`; the number of words."""
    found, carry = 0, ONE - ONE
    for at in range(start, end, LANES):
        base, shift, valid = block(data, at, end)
        (spaces,) = SPACES(data, base)
        inside = ~spaces >> shift & valid
        edge = inside ^ (inside << ONE | carry)
        carry = inside >> np.uint64(63)
        while edge:
            places[found] = at - start + lowest(edge)
            found += 1
            edge &= edge - ONE
    places[found] = end - start
    return found + 1 >> 1


@inlined
def _word_rows(data, begin, end, key, model, token, numbers):
    """Write the rows of the word and of its n-grams of characters; how many, or LABEL or STOP."""
    row = model.ids[find(key, model.keys, model.ids)]
    if row == FREE:
        row = LABEL if _is_label(data, begin, end) else UNKNOWN
    if row < UNKNOWN:
        return row
    numbers[0] = row
    found = np.int64(row >= 0)
    return _ngram_rows(data, begin, end, model, token, numbers, found) if model.longest else found


@inlined
def _is_label(data, begin, end):
    equal = 0
    if end - begin >= LABELS.size:
        for k in range(LABELS.size):
            equal += data[begin + k] == LABELS[k]
    return equal == LABELS.size


@inlined
def _ngram_rows(data, begin, end, model, token, numbers, found):
    """Of the n-grams of the characters of <word>, but neither < nor > alone."""
    size = end - begin + 2
    token[0], token[size - 1] = 60, 62
    for k in range(size - 2):
        token[k + 1] = data[begin + k]
    for first in range(size):
        if token[first] & 0xC0 == 0x80:
            continue
        value, k = BASIS, first
        for length in range(1, model.longest + 1):
            if k == size:
                break
            value = _hashed(value, token[k])
            k += 1
            while k < size and token[k] & 0xC0 == 0x80:
                value = _hashed(value, token[k])
                k += 1
            if length >= model.shortest and not (length == 1 and (first == 0 or k == size)):
                found += _put_row(model, _remainder(value, model), numbers, found)
    return found


@inlined
def _hashed(value, byte):
    """FNV-1a as fastText has it: a byte from 128 on is a negative number."""
    signed = np.uint32(byte) | (SIGN if byte >= 128 else np.uint32(0))
    return np.uint32(np.uint32(value ^ signed) * PRIME)


@inlined
def _remainder(value, model):
    """value % model.buckets, by multiplication."""
    part = model.inverse * np.uint64(value)
    return multiply_fold(part, model.buckets) ^ part * model.buckets


@inlined
def _put_row(model, bucket, numbers, found):
    """Write the row of a bucket to numbers[found], whether it has one or not; 1 if it has."""
    if not model.kept.size:
        numbers[found] = model.words + np.int64(bucket)
        return 1
    many, bit = np.int64(bucket >> np.uint64(6)), bucket & np.uint64(63)
    bits = model.kept[many, 0]
    numbers[found] = model.words + np.int64(model.kept[many, 1]) + ones(bits & (ONE << bit) - ONE)
    return np.int64(bits >> bit & ONE)


@inlined
def _signed_hash(data, begin, end):
    value = BASIS
    for k in range(begin, end):
        value = _hashed(value, data[k])
    return np.uint64(np.int64(np.int32(value)))


@inlined
def _end_rows(model, hashes, words, numbers):
    """Write the rows of `</s>` and of all n-grams of words."""
    numbers[0] = model.end
    found = np.int64(model.end != UNKNOWN)
    if model.word_ngrams > 1:
        hashes[words] = END_HASH
        for first in range(words):
            value = hashes[first]
            for k in range(first + 1, min(first + model.word_ngrams, words + 1)):
                value = value * PAIR + hashes[k]
                found += _put_row(model, value % model.buckets, numbers, found)
    return found


@inlined
def _best_leaf(model, hidden, nodes, scores):
    """Depth first, left before right; what is less probable than the best leaf is cut off, of equals the last wins."""
    leaves = model.tree.shape[0] + 1
    label, best = -1, LEAST_LOG
    nodes[0], scores[0], waiting = 2 * leaves - 2, 0, 1
    while waiting:
        waiting -= 1
        node, score = nodes[waiting], scores[waiting]
        if score < best:
            continue
        if node < leaves:
            label, best = node, score
            continue
        right = np.float32(1 / (1 + np.exp(-_product(model, node - leaves, hidden))))
        nodes[waiting], scores[waiting] = model.tree[node - leaves, 1], score + _log(right)
        nodes[waiting + 1], scores[waiting + 1] = model.tree[node - leaves, 0], score + _log(np.float32(1 - right))
        waiting += 2
    return label, np.exp(best) if label >= 0 else np.float32(0)


@inlined
def _best_label(model, hidden, scores):
    labels = model.output.size // model.width
    for k in range(labels):
        scores[k] = _product(model, k, hidden)
    most, total = scores[:labels].max(), np.float32(0)
    for k in range(labels):
        scores[k] = np.exp(scores[k] - most)
        total += scores[k]
    label = 0
    for k in range(labels):
        if scores[k] >= scores[label]:
            label = k
    return label, np.exp(_log(scores[label] / total))


@inlined
def _product(model, row, hidden):
    total = np.float32(0)
    for k in range(0, model.width, WIDTH):
        total += dot(model.output, row * model.width + k, hidden, k)
    return total


@inlined
def _log(probability):
    return np.float32(math.log(probability + LITTLE))


def _hash_of(word: bytes) -> np.uint64:
    value = 2166136261
    for byte in word:
        value = (value ^ (byte | 0xFFFFFF00 * (byte > 127))) * 16777619 & 0xFFFFFFFF
    return np.uint64(value - (value >> 31 << 32) & (1 << 64) - 1)


END_HASH = _hash_of(END)
