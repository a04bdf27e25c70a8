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
    """Hash of data[start:end]."""
    left = end - start
    h = SEED ^ np.uint64(left)
    at = start
    while left > 16:
        h = multiply_fold(load64(data, at) ^ KEY, load64(data, at + 8) ^ h)
        at += 16
        left -= 16
    if left > 8:
        h = multiply_fold(load64(data, at) ^ KEY, _up_to_8(data, at + 8, left - 8) ^ h)
    elif left > 0:
        h = multiply_fold(_up_to_8(data, at, left) ^ KEY, h)
    return multiply_fold(h ^ LAST, FINAL)


@inner
def _up_to_8(data, at, length):
    """data[at:at+length] as a number, 1 <= length <= 8, without touching what lies behind the array."""
    if at + 8 <= data.size:
        return load64(data, at) & (ONES >> np.uint64(64 - 8 * length))
    value = np.uint64(0)
    for k in range(length):
        value |= np.uint64(data[at + k]) << np.uint64(8 * k)
    return value
