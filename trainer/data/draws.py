"""What is drawn: sequences by sorting hashes, so that they are the same with any version of any library.

A hash is splitmix64 (Steele, Lea and Flood 2014) of a number, under a key that names what is drawn.
"""

from __future__ import annotations

import numpy as np
import xxhash


def key_of(*names: object) -> int:
    """64 bits for what the names say together."""
    return xxhash.xxh3_64_intdigest("\0".join(map(str, names)).encode())


def drawn(values: np.ndarray, key: int) -> np.ndarray:
    """uint64 of each value, whatever its place in the array."""
    z = values.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(key)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def permutation(size: int, key: int) -> np.ndarray:
    return np.argsort(drawn(np.arange(size), key), kind="stable")


def evenly(size: int) -> np.ndarray:
    """When each of `size` has its turn, if the turns taken so far are always to lie evenly (van der Corput 1935)."""
    bits = max(size - 1, 1).bit_length()
    reversed_ = [int(f"{at:0{bits}b}"[::-1], 2) for at in range(size)]
    return np.argsort(np.argsort(reversed_))
