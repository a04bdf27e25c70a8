"""What fastText sees in a text: the rows of its words, of n-grams of their characters, and of n-grams of words.

A text is one line of words (curate.kernels.fasttext_edges), and `</s>` ends it, also where a text writes that out.
N-grams have rows by hash (FNV-1a, bytes signed) into buckets.
"""

import numpy as np

from curate.kernels.fasttext_hash import BASIS, hash_of, hashed
from curate.kernels.fasttext_tables import END, FREE, LABEL, UNKNOWN, find
from curate.kernels.intrinsics import multiply_fold, ones
from curate.kernels.jit import inlined

LABELS = np.frombuffer(b"__label__", np.uint8)
ONE = np.uint64(1)
PAIR = np.uint64(116049371)  # fastText's multiplier for n-grams of words
END_HASH = hash_of(END)


@inlined
def word_row(data, begin, end, key, model):
    """The row of a word, or UNKNOWN, LABEL or STOP."""
    row = model.ids[find(key, model.keys, model.ids)]
    if row == FREE:
        row = LABEL if is_label(data, begin, end) else UNKNOWN
    return row


@inlined
def word_rows(data, begin, end, key, model, token, numbers):
    """Write the rows of the word and of its n-grams of characters; how many, or LABEL or STOP."""
    row = word_row(data, begin, end, key, model)
    if row < UNKNOWN:
        return row
    numbers[0] = row
    found = np.int64(row >= 0)
    return ngram_rows(data, begin, end, model, token, numbers, found) if model.longest else found


@inlined
def is_label(data, begin, end):
    equal = 0
    if data[begin] == LABELS[0] and end - begin >= LABELS.size:
        for k in range(LABELS.size):
            equal += data[begin + k] == LABELS[k]
    return equal == LABELS.size


@inlined
def ngram_rows(data, begin, end, model, token, numbers, found):
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
            value = hashed(value, token[k])
            k += 1
            while k < size and token[k] & 0xC0 == 0x80:
                value = hashed(value, token[k])
                k += 1
            if length >= model.shortest and not (length == 1 and (first == 0 or k == size)):
                found += put_row(model, _remainder(value, model), numbers, found)
    return found


@inlined
def _remainder(value, model):
    """value % model.buckets, by multiplication."""
    part = model.inverse * np.uint64(value)
    return multiply_fold(part, model.buckets) ^ part * model.buckets


@inlined
def pair_remainder(value, model):
    """value % model.buckets of all 64 bits: the quotient by multiplication is right or one too little."""
    inverse = model.inverse - ONE
    low = value * inverse
    left = value - (multiply_fold(value, inverse) ^ low) * model.buckets
    return left - model.buckets if left >= model.buckets else left


@inlined
def put_row(model, bucket, numbers, found):
    """Write the row of a bucket to numbers[found], whether it has one or not; 1 if it has."""
    if not model.kept.size:
        numbers[found] = model.words + np.int64(bucket)
        return 1
    many, bit = np.int64(bucket >> np.uint64(6)), bucket & np.uint64(63)
    bits = model.kept[many, 0]
    numbers[found] = model.words + np.int64(model.kept[many, 1]) + ones(bits & (ONE << bit) - ONE)
    return np.int64(bits >> bit & ONE)


@inlined
def end_rows(model, hashes, words, numbers, found):
    """Write the rows of `</s>` and of all n-grams of words behind the `found` first; how many there are then."""
    numbers[found] = model.end
    found += np.int64(model.end != UNKNOWN)
    if model.word_ngrams > 1:
        hashes[words] = END_HASH
        for first in range(words):
            value = hashes[first]
            for k in range(first + 1, min(first + model.word_ngrams, words + 1)):
                value = value * PAIR + hashes[k]
                found += put_row(model, pair_remainder(value, model), numbers, found)
    return found
