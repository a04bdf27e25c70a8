"""fastText's prediction (Joulin et al. 2016): the most probable label of each text, or the probabilities of all labels,
from the bytes of the batch.

A text is judged by the mean of the rows of its features (curate.kernels.fasttext_features). Labels are fastText's; the
probability of the best one too, but for the last bits, as the order in which numbers are added up differs. To every
probability fastText adds 1e-5; `probabilities` does not, so that those of a text sum to 1.

Most words of a batch were met before: the sum of a word's rows stays in a small cache. It is always added up apart, so
what stands beside a text changes nothing. A model of two labels is told faster by
curate.kernels.fasttext_binary.
"""

from typing import NamedTuple

import numpy as np

from curate.kernels.buffers import Texts, buffers
from curate.kernels.fasttext_edges import EDGES, edges
from curate.kernels.fasttext_features import end_rows, word_row, word_rows
from curate.kernels.fasttext_hash import signed_hash
from curate.kernels.fasttext_output import best_label, best_leaf, every_label, every_leaf
from curate.kernels.fasttext_tables import LABEL, STOP, UNKNOWN, Classifier
from curate.kernels.hashes import hash_span
from curate.kernels.jit import inlined, kernel
from curate.kernels.vectors import WIDTH, add_rows

CACHED = 1 << 14
AT_ONCE = 1 << 10  # rows, or words, added up apart: float32 loses digits in sums of 100,000


class Scratch(NamedTuple):
    keys: np.ndarray  # uint64[power of two], hashes of words met
    counts: np.ndarray  # int32, their rows, or LABEL or STOP
    sums: np.ndarray  # float32[keys * width]
    places: np.ndarray  # int32, where the words of a text begin and end
    token: np.ndarray  # uint8, <word>
    hashes: np.ndarray  # uint64, of the words of a text
    numbers: np.ndarray  # int32, rows that are to be added up


def predict(model: Classifier, texts: Texts) -> tuple[np.ndarray, np.ndarray]:
    """(labels int32[n], -1 where there is nothing to tell by; probabilities float32[n])."""
    data, offsets = buffers(texts)
    return predict_spans(model, data, offsets[:-1], offsets[1:])


def predict_spans(
    model: Classifier, data: np.ndarray, starts: np.ndarray, ends: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The same of the texts data[starts[i]:ends[i]], in an array of 64 bytes at least."""
    labels, told = np.full(starts.size, -1, np.int32), np.zeros(starts.size, np.float32)
    _predict(data, starts, ends, model, _scratch(model, starts, ends), labels, told)
    return labels, told


def probabilities(model: Classifier, texts: Texts) -> tuple[np.ndarray, np.ndarray]:
    """(float32[n, labels], features int32[n]): a text of no features is judged by its end alone, or not at all (0)."""
    data, offsets = buffers(texts)
    starts, ends = offsets[:-1], offsets[1:]
    told = np.zeros((starts.size, model.labels), np.float32)
    features = np.zeros(starts.size, np.int32)
    _probabilities(data, starts, ends, model, _scratch(model, starts, ends), told, features)
    return told, features


def _scratch(model: Classifier, starts: np.ndarray, ends: np.ndarray) -> Scratch:
    longest = int((ends - starts).max(initial=0)) + 2
    features = max(model.longest - model.shortest + 1, model.word_ngrams) * longest + 1
    cached = CACHED if model.longest else 1
    return Scratch(
        np.zeros(cached, np.uint64), np.zeros(cached, np.int32), np.zeros(cached * model.width, np.float32),
        np.empty(EDGES * longest, np.int32), np.empty(longest, np.uint8), np.empty(longest, np.uint64),
        np.empty(features, np.int32),
    )  # fmt: skip


@kernel
def _predict(data, starts, ends, model, scratch, labels, told):
    hidden, part = np.empty(model.width, np.float32), np.empty(model.width, np.float32)
    scores, nodes = np.empty(2 * model.labels, np.float32), np.empty(2 * model.labels, np.int32)
    for i in range(starts.size):
        rows, _ = _mean(data, starts[i], ends[i], model, scratch, hidden, part)
        if rows:
            if model.tree.size:
                labels[i], told[i] = best_leaf(model, hidden, nodes, scores)
            else:
                labels[i], told[i] = best_label(model, hidden, scores)


@kernel
def _probabilities(data, starts, ends, model, scratch, told, features):
    hidden, part = np.empty(model.width, np.float32), np.empty(model.width, np.float32)
    scores = np.empty(2 * model.labels, np.float64)
    for i in range(starts.size):
        rows, features[i] = _mean(data, starts[i], ends[i], model, scratch, hidden, part)
        if rows:
            if model.tree.size:
                every_leaf(model, hidden, scores)
            else:
                every_label(model, hidden, scores)
            for k in range(model.labels):
                told[i, k] = scores[k]


@inlined
def _mean(data, start, end, model, scratch, hidden, part):
    """Write the mean of the rows of a text to `hidden`: (rows, those of them that are not its end)."""
    hidden[:], part[:] = 0, 0
    words = edges(data, start, end, model.apart, scratch.places)
    places = scratch.places[: 2 * words]
    if model.longest:
        rows, words = _add_words(data, start, places, model, scratch, hidden, part)
        found = end_rows(model, scratch.hashes, words, scratch.numbers, 0)
        rows += found
    else:
        found, words = _word_rows(data, start, places, model, scratch)
        rows = found = end_rows(model, scratch.hashes, words, scratch.numbers, found)
    for first in range(0, found, AT_ONCE):
        _add(model.rows, scratch.numbers[first:], min(found - first, AT_ONCE), model.width, part, 0)
        _flush(part, hidden)
    _flush(part, hidden)
    if rows:
        hidden *= np.float32(1.0 / rows)
    return rows, rows - np.int64(model.end != UNKNOWN)


@inlined
def _flush(part, hidden):
    for k in range(part.size):
        hidden[k] += part[k]
        part[k] = 0


@inlined
def _add_words(data, start, places, model, scratch, hidden, part):
    """Add the rows of all words to `part`, and that to `hidden` when it is many; note hashes: (rows, words)."""
    keys, counts, sums, numbers = scratch.keys, scratch.counts, scratch.sums, scratch.numbers
    rows = words = 0
    for w in range(0, places.size, 2):
        begin, end = start + places[w], start + places[w + 1]
        key = hash_span(data, begin, end)
        slot = np.int64(key & np.uint64(keys.size - 1))
        if keys[slot] != key:
            for k in range(slot * model.width, (slot + 1) * model.width):
                sums[k] = 0
            keys[slot], counts[slot] = key, word_rows(data, begin, end, key, model, scratch.token, numbers)
            _add(model.rows, numbers, counts[slot], model.width, sums, slot * model.width)
        found = counts[slot]
        if found == STOP:
            break
        if found == LABEL:
            continue
        if w and w % (2 * AT_ONCE) == 0:
            _flush(part, hidden)
        numbers[0] = slot
        _add(sums, numbers, 1, model.width, part, 0)
        rows += found
        if model.word_ngrams > 1:
            scratch.hashes[words] = signed_hash(data, begin, end)
            words += 1
    return rows, words


@inlined
def _word_rows(data, start, places, model, scratch):
    """Of words without n-grams of characters: note their rows and hashes: (rows, words). Nothing waits for an addition,
    so the processor fetches many rows at once."""
    rows = words = 0
    for w in range(0, places.size, 2):
        begin, end = start + places[w], start + places[w + 1]
        row = word_row(data, begin, end, hash_span(data, begin, end), model)
        if row < UNKNOWN:
            if row == STOP:
                break
            continue
        if row == UNKNOWN:
            scratch.hashes[words] = signed_hash(data, begin, end)
        else:
            scratch.hashes[words] = model.hashes[row]
            scratch.numbers[rows] = row
            rows += 1
        words += 1
    return rows, words


@inlined
def _add(table, numbers, count, width, to, at):
    for k in range(0, width, WIDTH):
        add_rows(to, at + k, table, numbers, k, count, width)
