"""Bytes of a text that are data and no language: base64, hexadecimal digests, tables of numbers.

A run of base64 is 64 bytes or more of its alphabet with a digit, a small and a capital letter in it; a digest 32 or more
hexadecimal digits with both figures and letters; a table 256 bytes or more of figures, hexadecimal digits, signs and
white space of which a quarter or more are figures. Each byte counts once. One pass, about a nanosecond a byte.
"""

import numpy as np

from curate.kernels.jit import inner, kernel
from curate.kernels.scan import Scan

BASE64, DIGEST, TABLE = 64, 32, 256
DIGIT, SMALL, CAPITAL, SIGN64, HEX, FILL = 1, 2, 4, 8, 16, 32


def _class(byte: int) -> int:
    char = chr(byte)
    found = DIGIT if char in "0123456789" else 0
    found |= SMALL if "a" <= char <= "z" else CAPITAL if "A" <= char <= "Z" else 0
    found |= SIGN64 if char in "+/=" else 0
    found |= HEX if char in "abcdefABCDEF" else 0
    return found | (FILL if char in " \t\r\n,.;:+-_xXuUeE\\'\"()[]{}|/" else 0)


CLASSES = np.array([_class(byte) for byte in range(256)], np.uint8)


def encoded(scan: Scan) -> tuple[np.ndarray, np.ndarray]:
    """int64[n] bytes in such runs, and int64[n] bytes of the longest of them."""
    total, longest = np.zeros(len(scan.chars), np.int64), np.zeros(len(scan.chars), np.int64)
    _encoded(scan.data, scan.offsets, CLASSES, total, longest)
    return total, longest


@kernel
def _encoded(data, offsets, classes, total, longest):
    for i in range(offsets.size - 1):
        counted = offsets[i]  # bytes before it are in a run that was counted
        word = table = offsets[i]  # where the run of base64, and of a table, begins
        word_classes, digits, letters = 0, 0, 0
        for at in range(offsets[i], offsets[i + 1] + 1):
            kind = classes[data[at]] if at < offsets[i + 1] else 0
            if not kind & (DIGIT | SMALL | CAPITAL | SIGN64):
                if _is_word(at - word, word_classes):
                    counted = _count(i, max(word, counted), at, counted, total, longest)
                word, word_classes = at + 1, 0
            else:
                word_classes |= kind & (DIGIT | SMALL | CAPITAL | SIGN64)
                if kind & (SMALL | CAPITAL) and not kind & HEX or kind & SIGN64:
                    word_classes |= 128  # no digest
            if not kind & (DIGIT | HEX | FILL):
                if at - table >= TABLE and 4 * digits >= at - table:
                    counted = _count(i, max(table, counted), at, counted, total, longest)
                table, digits = at + 1, 0
            elif kind & DIGIT:
                digits += 1


@inner
def _is_word(size, classes):
    mixed = DIGIT | SMALL | CAPITAL
    if size >= BASE64 and classes & mixed == mixed:
        return True
    return size >= DIGEST and not classes & 128 and classes & DIGIT != 0 and classes & (SMALL | CAPITAL) != 0


@inner
def _count(i, start, end, counted, total, longest):
    if end > start:
        total[i] += end - start
        longest[i] = max(longest[i], end - start)
    return max(end, counted)
