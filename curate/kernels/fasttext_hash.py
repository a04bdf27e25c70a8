"""The hash of fastText's n-grams: FNV-1a of 32 bits, in which a byte from 128 on is a negative number."""

import numpy as np

from curate.kernels.jit import inlined

BASIS, PRIME, SIGN = np.uint32(2166136261), np.uint32(16777619), np.uint32(0xFFFFFF00)


@inlined
def signed_hash(data, begin, end):
    value = BASIS
    for k in range(begin, end):
        value = hashed(value, data[k])
    return np.uint64(np.int64(np.int32(value)))


@inlined
def hashed(value, byte):
    """FNV-1a as fastText has it: a byte from 128 on is a negative number."""
    signed = np.uint32(byte) | (SIGN if byte >= 128 else np.uint32(0))
    return np.uint32(np.uint32(value ^ signed) * PRIME)


def hash_of(word: bytes) -> np.uint64:
    value = 2166136261
    for byte in word:
        value = (value ^ (byte | 0xFFFFFF00 * (byte > 127))) * 16777619 & 0xFFFFFFFF
    return np.uint64(value - (value >> 31 << 32) & (1 << 64) - 1)
