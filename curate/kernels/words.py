"""Lower-cased words as near-duplicate shingles see them: matches of `\\w+` (letters, digits, underscore), hashed.

Lower case is Unicode's simple mapping, one code point to one: a final sigma becomes the common one, and the dotted
capital I a plain i. Where Python's `str.lower` knows context, two spellings of a word might else differ by position.
"""

import numpy as np

from curate.kernels.buffers import Texts, buffers
from curate.kernels.characters import WORD, decode, encode, tables
from curate.kernels.hashes import hash_span
from curate.kernels.jit import kernel


def shingle_words(texts: Texts) -> tuple[np.ndarray, np.ndarray]:
    """(hashes uint64[words of all texts], offsets int64[n+1]) of the lower-cased `\\w+` words, in order."""
    data, offsets = buffers(texts)
    flags, lowers = tables()
    lengths = np.diff(offsets)
    hashes = np.empty(int(lengths.sum() + lengths.size) // 2 + 1, np.uint64)
    word_offsets = np.zeros(offsets.size, np.int64)
    # Lower case can be longer: U+023A has two bytes and becomes three.
    room = np.empty(2 * int(lengths.max(initial=0)) + 8, np.uint8)
    _shingle_words(data, offsets, flags, lowers, room, hashes, word_offsets)
    return hashes[: word_offsets[-1]], word_offsets


@kernel
def _shingle_words(data, offsets, flags, lowers, room, hashes, word_offsets):
    found = 0
    for i in range(offsets.size - 1):
        at, end, size = offsets[i], offsets[i + 1], 0
        while at < end:
            code, length = np.int64(data[at]), 1
            if code >= 0x80:
                code, length = decode(data, at, end)
            at += length
            if not flags[code] & WORD:
                if size:
                    hashes[found] = hash_span(room, 0, size)
                    found += 1
                    size = 0
            elif code < 0x80:
                room[size] = lowers[code]
                size += 1
            else:
                size = encode(np.int64(lowers[code]), room, size)
        if size:
            hashes[found] = hash_span(room, 0, size)
            found += 1
        word_offsets[i + 1] = found
