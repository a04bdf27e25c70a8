"""Character references as browsers read them: every name of HTML, those without a semicolon too, and numbers.

The longest name that fits wins, and only the 106 old names may lack the semicolon. Numbers 128 to 159 mean
windows-1252; a number that is no character becomes U+FFFD. Names are looked up by a 64-bit hash; no two of them, and
none of their own prefixes, have the same.
"""

from html.entities import html5

import numpy as np

from curate.kernels.characters import encode
from curate.kernels.jit import inner

LONGEST = max(len(name) for name in html5)
_OFFSET, _PRIME = 0xCBF29CE484222325, 0x100000001B3
_START, _FACTOR = np.uint64(_OFFSET), np.uint64(_PRIME)
_BITS = 13
_MASK = np.int64((1 << _BITS) - 1)
_SHIFT = np.uint64(40)
_CP1252 = np.array([ord(bytes([c]).decode("cp1252", "replace")) for c in range(128, 160)], np.int64)
_CP1252[_CP1252 == 0xFFFD] = np.arange(128, 160)[_CP1252 == 0xFFFD]
_ALNUM = np.array([chr(c).isascii() and chr(c).isalnum() for c in range(256)])


def _hash(name: str) -> int:
    key = _OFFSET
    for letter in name.encode():
        key = (key ^ letter) * _PRIME % 2**64
    return key


def _table() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    keys = np.zeros(1 << _BITS, np.uint64)
    values, sizes = np.zeros((1 << _BITS, 6), np.uint8), np.zeros(1 << _BITS, np.uint8)
    for name, text in sorted(html5.items()):
        place = _hash(name) >> 40 & (1 << _BITS) - 1
        while sizes[place]:
            place = (place + 1) % (1 << _BITS)
        spelled = text.encode()
        keys[place], sizes[place] = _hash(name), len(spelled)
        values[place, : len(spelled)] = np.frombuffer(spelled, np.uint8)
    return keys, values, sizes


_KEYS, _VALUES, _SIZES = _table()


@inner
def read_reference(page, at, end, out):
    """Write to `out` (6 bytes) what the `&` at page[at] stands for; (bytes written, place behind it).

    An `&` that begins no reference is itself.
    """
    if at + 1 < end and page[at + 1] == 35:
        return _number(page, at, end, out)
    key, size, behind, k = _START, 0, at + 1, at + 1
    while k < end and k - at <= LONGEST:
        byte = page[k]
        if not _ALNUM[byte] and byte != 59:
            break
        key = (key ^ np.uint64(byte)) * _FACTOR
        k += 1
        place = _find(key)
        if place >= 0:
            size, behind = np.int64(_SIZES[place]), k
            out[:6] = _VALUES[place]
        if byte == 59:
            break
    if size:
        return size, behind
    out[0] = 38
    return 1, at + 1


@inner
def _find(key):
    place = np.int64(key >> _SHIFT) & _MASK
    while _SIZES[place]:
        if _KEYS[place] == key:
            return place
        place = (place + 1) & _MASK
    return np.int64(-1)


@inner
def _number(page, at, end, out):
    k = at + 2
    base = 10
    if k < end and page[k] | 32 == 120:
        base, k = 16, k + 1
    code, digits = np.int64(0), 0
    while k < end:
        digit = _digit(page[k], base)
        if digit < 0:
            break
        code, digits, k = min(code * base + digit, np.int64(1 << 40)), digits + 1, k + 1
    if not digits:
        out[0] = 38
        return 1, at + 1
    if k < end and page[k] == 59:
        k += 1
    if 128 <= code < 160:
        code = _CP1252[code - 128]
    elif code == 0 or code > 0x10FFFF or 0xD800 <= code < 0xE000:
        code = np.int64(0xFFFD)
    return encode(code, out, 0), k


@inner
def _digit(byte, base):
    if 48 <= byte <= 57:
        return np.int64(byte) - 48
    if base == 16 and 97 <= byte | 32 <= 102:
        return np.int64(byte | 32) - 87
    return np.int64(-1)
