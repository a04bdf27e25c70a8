"""Lower-cased words as shingles see them: matches of `\\w+` (letters, digits, underscore), hashed.

Lower case is Unicode's simple mapping, one code point to one: a final sigma becomes the common one, and the dotted
capital I a plain i. Where Python's `str.lower` knows context, two spellings of a word might else differ by position.
A text is lowered as if it were ASCII, 64 bytes at once, and only its words that are not are decoded.

Near duplicates ask for `shingle_units`: there a letter of a script that is written without spaces (`unspaced`) is a
word of its own, and what is left of a `\\w+` word to either side of it is one as before. The marks that follow such a
letter belong to it, so that Thai vowels and tones count, which `\\w` passes over; a text without such letters has the
same words as ever. Benchmarks are looked for in plain words: a shared 13-gram of characters is no hit. Word lists
(`terms`) are looked for in units, and there it counts whether a unit is `joined`, with nothing between it and the one
before: a term of several letters is a run of them, and none that punctuation parts.
"""

import numpy as np

from curate.kernels.bitmaps import MARKED, ONE, bitmaps, edges
from curate.kernels.buffers import LEAST, Texts, buffers
from curate.kernels.characters import MARK, UNSPACED, decode, encode, tables
from curate.kernels.hashes import hash_span
from curate.kernels.jit import inner, kernel
from curate.kernels.scratch import empty
from curate.kernels.unspaced import FIRST


def shingle_words(texts: Texts) -> tuple[np.ndarray, np.ndarray]:
    """(hashes uint64[words of all texts], offsets int64[n+1]) of the lower-cased `\\w+` words, in order."""
    return _words(texts, apart=False)[:2]


def shingle_units(texts: Texts) -> tuple[np.ndarray, np.ndarray]:
    """As `shingle_words`, with letters of scripts without spaces as words of their own, with the marks behind them."""
    return _words(texts, apart=True)[:2]


def joined_units(texts: Texts) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """As `shingle_units`, and bool[units]: whether it begins where the unit before it in its text ends.

    The last is empty where no text has a letter of such a script: units are `shingle_words` then, and none is joined.
    """
    return _words(texts, apart=True)


def _words(texts: Texts, apart: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    data, offsets = buffers(texts)
    maps = bitmaps(data, offsets, spaced=False)
    longest = int(np.diff(offsets).max(initial=0))
    letters = maps.apart if apart else np.zeros_like(maps.apart)
    most = int(maps.words[-1]) + 2 * int(letters.sum())  # a letter apart makes of one word three at most
    hashes, ends = empty("words.hashes", most, np.uint64), np.zeros(len(offsets), np.int64)
    joined = np.zeros(most if letters.any() else 0, np.bool_)
    places = np.empty(2 * int(np.diff(maps.words).max(initial=0)), np.int32)
    # Lower case can be longer: U+023A has two bytes and becomes three.
    ascii, word = np.empty(longest + LEAST, np.uint8), np.empty(2 * longest + LEAST, np.uint8)
    flags, lowers = tables()
    batch, into = (data, offsets, maps.rows, maps.bits, maps.words), (places, ascii, word, hashes, joined, ends)
    found = _hash_words(*batch, flags, lowers, letters, *into)
    return hashes[:found], ends, joined[:found]


@kernel
def _hash_words(data, offsets, rows, bits, words, flags, lowers, letters, places, ascii, word, hashes, joined, ends):
    to = 0
    for i in range(offsets.size - 1):
        last = np.int64(-1)  # where the unit before ends, in data
        edges(bits, rows[i], rows[i + 1], places)
        _lower(data, offsets[i], offsets[i + 1], ascii)
        count = words[i + 1] - words[i]
        for w in range(count):
            start, end = np.int64(places[2 * w]), np.int64(places[2 * w + 1])
            if not bits[rows[i] + (end >> 6), MARKED] >> np.uint64(end & 63) & ONE:
                hashes[to] = hash_span(ascii, start, end)
                if letters[i]:
                    joined[to], last = offsets[i] + start == last, offsets[i] + end
                to += 1
            elif letters[i]:
                stop = offsets[i] + places[2 * w + 2] if w + 1 < count else offsets[i + 1]
                start, end = offsets[i] + start, offsets[i] + end
                to, last = _hash_units(data, start, end, stop, last, flags, lowers, word, hashes, joined, to)
            else:
                hashes[to] = hash_span(word, 0, _lower_any(data, offsets[i] + start, offsets[i] + end, lowers, word))
                to += 1
        ends[i + 1] = to
    return to


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


@inner
def _hash_units(data, at, end, stop, last, flags, lowers, word, hashes, joined, to):
    """Hash a word, data[at:end], in units from hashes[to] on; (the next free place, where the last unit ends).

    Its marks lie before `stop`; the unit before it ended at `last`.
    """
    size, begin = 0, at
    while at < end:
        code, length = decode(data, at, end)
        if code < FIRST or not flags[code] & UNSPACED:
            size = encode(np.int64(lowers[code]), word, size)
            at += length
            continue
        if size:
            hashes[to], joined[to] = hash_span(word, 0, size), begin == last
            to, last = to + 1, at
        size, begin = encode(code, word, 0), at
        at += length
        while at < stop:
            code, length = decode(data, at, stop)
            if not flags[code] & MARK:
                break
            size = encode(code, word, size)
            at += length
        hashes[to], joined[to] = hash_span(word, 0, size), begin == last
        to, size, last, begin = to + 1, 0, at, at
    if size:
        hashes[to], joined[to] = hash_span(word, 0, size), begin == last
        to, last = to + 1, at
    return to, last
