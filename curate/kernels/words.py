"""Lower-cased words as near-duplicate shingles see them: matches of `\\w+` (letters, digits, underscore), hashed.

Lower case is Unicode's simple mapping, one code point to one: a final sigma becomes the common one, and the dotted
capital I a plain i. Where Python's `str.lower` knows context, two spellings of a word might else differ by position.
A text is lowered as if it were ASCII, 64 bytes at once, and only its words that are not are decoded.
"""

import numpy as np

from curate.kernels.bitmaps import MARKED, ONE, bitmaps, edges
from curate.kernels.buffers import LEAST, Texts, buffers
from curate.kernels.characters import decode, encode, tables
from curate.kernels.hashes import hash_span
from curate.kernels.jit import inner, kernel
from curate.kernels.scratch import empty


def shingle_words(texts: Texts) -> tuple[np.ndarray, np.ndarray]:
    """(hashes uint64[words of all texts], offsets int64[n+1]) of the lower-cased `\\w+` words, in order."""
    data, offsets = buffers(texts)
    maps = bitmaps(data, offsets, spaced=False)
    longest = int(np.diff(offsets).max(initial=0))
    hashes = empty("words.hashes", int(maps.words[-1]), np.uint64)
    places = np.empty(2 * int(np.diff(maps.words).max(initial=0)), np.int32)
    # Lower case can be longer: U+023A has two bytes and becomes three.
    ascii, word = np.empty(longest + LEAST, np.uint8), np.empty(2 * longest + LEAST, np.uint8)
    _hash_words(data, offsets, maps.rows, maps.bits, maps.words, tables()[1], places, ascii, word, hashes)
    return hashes, maps.words


@kernel
def _hash_words(data, offsets, rows, bits, words, lowers, places, ascii, word, hashes):
    for i in range(offsets.size - 1):
        edges(bits, rows[i], rows[i + 1], places)
        _lower(data, offsets[i], offsets[i + 1], ascii)
        for w in range(words[i + 1] - words[i]):
            start, end = np.int64(places[2 * w]), np.int64(places[2 * w + 1])
            if bits[rows[i] + (end >> 6), MARKED] >> np.uint64(end & 63) & ONE:
                size = _lower_any(data, offsets[i] + start, offsets[i] + end, lowers, word)
                hashes[words[i] + w] = hash_span(word, 0, size)
            else:
                hashes[words[i] + w] = hash_span(ascii, start, end)


@inner
def _lower(data, start, end, ascii):
    text = data[start:end]
    for k in range(text.size):
        byte = text[k]
        ascii[k] = byte | np.uint8(np.uint8(byte - 65) < 26) << 5


@inner
def _lower_any(data, at, end, lowers, word):
    """Write data[at:end] in lower case to `word`; its bytes."""
    size = 0
    while at < end:
        code, length = decode(data, at, end)
        at += length
        size = encode(np.int64(lowers[code]), word, size)
    return size
