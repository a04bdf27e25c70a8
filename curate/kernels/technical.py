"""Lines of code and mathematical signs: the counts behind `curate.signals.code` and `curate.signals.math`."""

import numpy as np

from curate.kernels.blocks import block
from curate.kernels.intrinsics import LANES, byte_classes, lowest, ones
from curate.kernels.jit import inner, kernel
from curate.kernels.scan import Scan

KEYWORDS = """
async await break case catch class const continue def do done elif else end enum export extern fi finally fn for func
function if impl import include let match module package private public pub raise return static struct switch template
throw try typedef using var void while
"""
# At most 8 letters, so that a keyword is a number and needs no hash.
KEYS = np.array(sorted(int.from_bytes(k.encode(), "little") for k in KEYWORDS.split()), np.uint64)
SIGNS = frozenset(b"(){}[]<>=;_&|*+/\"'$#@")
STRONG_ENDS, WEAK_ENDS = frozenset(b"{};"), frozenset(b"()[],:\\")
STRONG, WEAK = 1, 2
CLASSES = np.array([STRONG * (b in STRONG_ENDS) + WEAK * (b in WEAK_ENDS) for b in range(256)], np.uint8)
# Signs of code, and where a mathematical sign may begin.
PLACES = byte_classes(bytes(SIGNS), b"$^\\<=\xe2\xf0")
ONE = np.uint64(1)


def code_lines(scan: Scan) -> np.ndarray:
    """int64[n] lines that look like code."""
    return _counts(scan)[0]


def math_signs(scan: Scan) -> tuple[np.ndarray, np.ndarray]:
    """int64[n] mathematical signs, and words of the lines where they were looked for."""
    counts = _counts(scan)
    return counts[1], counts[2]


def _counts(scan: Scan) -> np.ndarray:
    if "technical" not in scan.shared:
        counts = scan.shared["technical"] = np.zeros((3, len(scan.chars)), np.int64)
        _technical(
            scan.data, scan.offsets, scan.word_starts, scan.word_ends, scan.line_offsets, scan.line_words,
            CLASSES, KEYS, counts,
        )  # fmt: skip
    return scan.shared["technical"]


@kernel
def _technical(data, offsets, starts, ends, line_offsets, line_words, classes, keys, counts):
    for i in range(offsets.size - 1):
        for k in range(line_offsets[i], line_offsets[i + 1]):
            start, end = starts[line_words[k]], ends[line_words[k + 1] - 1]
            signs, mathematical, commands = _signs(data, start, end)
            is_code = commands == 0 and _points(data, offsets[i], start, end, signs, classes, keys) > 1
            counts[0, i] += is_code
            if not is_code:
                counts[1, i] += mathematical
                counts[2, i] += line_words[k + 1] - line_words[k]


@inner
def _points(data, text, start, end, signs, classes, keys):
    """How much the line data[start:end], which has `signs` signs of code, looks like code."""
    points = 2 * _comments(data, start, end) + _keyword(data, start, end, keys)
    last = classes[data[end - 1]]
    if last & STRONG:
        points += 2
    elif last & WEAK:
        points += 1
    if start > text and (data[start - 1] == 32 or data[start - 1] == 9):
        points += 1
    return points + (10 * signs >= end - start)


@inner
def _comments(data, start, end):
    """1 if a comment mark or directive begins the line: // /* # followed by a letter or !, <? or */."""
    if end - start < 2:
        return 0
    a, b = data[start], data[start + 1]
    if a == 47:
        return 1 if b == 47 or b == 42 else 0
    if a == 35:
        return 1 if b == 33 or 97 <= b <= 122 else 0
    return 1 if (a == 60 and b == 63) or (a == 42 and b == 47) else 0


@inner
def _keyword(data, start, end, keys):
    packed, k = np.uint64(0), 0
    while start + k < end and 97 <= data[start + k] <= 122:
        if k == 8:
            return 0
        packed |= np.uint64(data[start + k]) << np.uint64(8 * k)
        k += 1
    if k == 0:
        return 0
    place = np.searchsorted(keys, packed)
    return 1 if place < keys.size and keys[place] == packed else 0


@inner
def _signs(data, start, end):
    """(signs of code in data[start:end], mathematical signs, TeX commands among these)."""
    signs = mathematical = commands = 0
    for at in range(start, end, LANES):
        base, shift, valid = block(data, at, end)
        of_code, perhaps = PLACES(data, base)
        signs += ones(of_code >> shift & valid)
        perhaps = perhaps >> shift & valid
        while perhaps:
            found, command = _mathematical(data, start, at + lowest(perhaps), end)
            perhaps &= perhaps - ONE
            mathematical += found
            commands += command
    return signs, mathematical, commands


@inner
def _mathematical(data, start, at, end):
    """(1 if a mathematical sign of data[start:end] begins at `at`, 1 if that is a TeX command)."""
    c = data[at]
    if c == 0xE2:
        return np.int64(at + 2 < end and 0x88 <= data[at + 1] <= 0x8B), 0
    if c == 61:
        return np.int64((at == start or data[at - 1] == 32) and (at + 1 == end or data[at + 1] == 32)), 0
    if c == 92:
        command = at + 2 < end and 97 <= (data[at + 1] | 32) <= 122 and 97 <= (data[at + 2] | 32) <= 122
        return np.int64(command), np.int64(command)
    if c == 60:
        return np.int64(at + 2 < end and data[at + 1] == 109 and 97 <= data[at + 2] <= 122), 0
    if c == 0xF0:
        return np.int64(at + 3 < end and data[at + 1] == 0x9D and 0x90 <= data[at + 2] <= 0x9F), 0
    return 1, 0
