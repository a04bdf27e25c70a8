"""64-bit hash of a span of bytes, after wyhash (Wang Yi, public domain): 16 bytes a multiplication.

Not cryptographic. Its values are part of no file's contract, but equal on every machine (little-endian loads).
"""

import numpy as np

from curate.kernels.intrinsics import load64, multiply_fold
from curate.kernels.jit import inner

SEED, KEY, LAST, FINAL = (
    np.uint64(k) for k in (0xA0761D6478BD642F, 0xE7037ED1A0B428DB, 0x8EBC6AF09C88C6E3, 0x589965CC75374CC3)
)
ONES = np.uint64(0xFFFFFFFFFFFFFFFF)


@inner
def hash_span(data, start, end):
    """Hash of data[start:end], which is not empty; `data` has 8 bytes at least.

    Up to 16 bytes, so for nearly every word, without a branch that a processor could guess wrong.
    """
    left = end - start
    h = SEED ^ np.uint64(left)
    while left > 16:
        h = multiply_fold(load64(data, start) ^ KEY, load64(data, start + 8) ^ h)
        start += 16
        left -= 16
    # Bytes 9 to 16 are loaded with those before them, so never from behind the span.
    second = load64(data, max(end - 8, 0)) >> np.uint64(8 * (16 - left) & 63)
    second = second if left > 8 else SEED ^ SEED
    h = multiply_fold(up_to_8(data, start, min(left, 8)) ^ KEY, second ^ h)
    return multiply_fold(h ^ LAST, FINAL)


@inner
def up_to_8(data, at, length):
    """data[at:at+length] as a number, 1 <= length <= 8, of an array of at least 8 bytes."""
    base = min(at, data.size - 8)
    return load64(data, base) >> np.uint64(8 * (at - base)) & ONES >> np.uint64(64 - 8 * length)
