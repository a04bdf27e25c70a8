"""Bytes of a text that are data and no language: base64, hexadecimal digests, tables of numbers.

A run of base64 is 64 bytes or more of its alphabet with a digit, a small and a capital letter in it; a digest 32 or
more hexadecimal digits with both figures and letters; a table 256 bytes or more of figures, hexadecimal digits, signs
and white space of which a quarter or more are figures. Each byte counts once. One pass, about a nanosecond a byte.
"""

import numpy as np

from curate.kernels.jit import inner, kernel
from curate.kernels.scan import Scan

BASE64, DIGEST, TABLE = 64, 32, 256
DIGIT, SMALL, CAPITAL, SIGN64, HEX, FILL, NO_DIGEST = 1, 2, 4, 8, 16, 32, 128


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
        word = table = offsets[i]  # where the current run of each kind begins
        word_classes, digits = 0, 0
        inside, tabled = 0, 0  # bytes of the table that words have counted, and of the word that tables have
        for at in range(offsets[i], offsets[i + 1] + 1):
            kind = classes[data[at]] if at < offsets[i + 1] else 0
            if kind & (DIGIT | SMALL | CAPITAL | SIGN64):
                word_classes |= kind & (DIGIT | SMALL | CAPITAL | SIGN64)
                if (kind & (SMALL | CAPITAL) and not kind & HEX) or kind & SIGN64:
                    word_classes |= NO_DIGEST
            else:
                if _is_word(at - word, word_classes):
                    total[i] += at - word - tabled
                    longest[i] = max(longest[i], at - word)
                    inside += max(0, at - max(word, table))
                word, word_classes, tabled = at + 1, 0, 0
            if kind & (DIGIT | HEX | FILL):
                digits += kind & DIGIT
            else:
                if at - table >= TABLE and 4 * digits >= at - table:
                    total[i] += at - table - inside
                    longest[i] = max(longest[i], at - table)
                    tabled += max(0, at - max(table, word))
                table, digits, inside = at + 1, 0, 0


@inner
def _is_word(size, classes):
    mixed = DIGIT | SMALL | CAPITAL
    if size >= BASE64 and classes & mixed == mixed:
        return True
    return size >= DIGEST and not classes & NO_DIGEST and classes & DIGIT != 0 and classes & (SMALL | CAPITAL) != 0
