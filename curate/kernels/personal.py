"""Personal data in texts: the shapes that `curate.signals.pii` describes, matched without backtracking.

Only places where one may begin are looked at: an @, and a digit, + or ( that no letter or digit stands before.
"""

import numpy as np

from curate.kernels.blocks import block
from curate.kernels.intrinsics import LANES, byte_classes, lowest
from curate.kernels.jit import inner, kernel
from curate.kernels.scan import Scan

DIGIT, ALNUM, LOCAL, DOMAIN, LETTER, GAP = 1, 2, 4, 8, 16, 32


def _class(c: str) -> int:
    """Flags of an ASCII character. ALNUM has the underscore, as in a word; GAP is what stands in phone numbers."""
    return (
        DIGIT * c.isdigit()
        + ALNUM * (c.isalnum() or c == "_")
        + LOCAL * (c.isalnum() or c in "._%+-")
        + DOMAIN * (c.isalnum() or c in ".-")
        + LETTER * c.isalpha()
        + GAP * (c in " .-()")
    )


CLASSES = np.array([_class(chr(b)) if b < 128 else 0 for b in range(256)], np.uint8)
PLACES = byte_classes(b"@", b"+(0123456789", bytes(b for b in range(128) if CLASSES[b] & ALNUM))
ONE = np.uint64(1)


def count(scan: Scan) -> np.ndarray:
    """int64[n, 4]: mail addresses, IPv4 addresses, phones, cards."""
    counts = np.zeros((len(scan.chars), 4), np.int64)
    _count(scan.data, scan.offsets, CLASSES, counts)
    return counts


@kernel
def _count(data, offsets, classes, counts):
    for i in range(offsets.size - 1):
        start, end = offsets[i], offsets[i + 1]
        behind, carry = start, ONE - ONE
        for at in range(start, end, LANES):
            base, shift, valid = block(data, at, end)
            mails, numbers, alnum = PLACES(data, base)
            alnum = alnum >> shift & valid
            mails, numbers = mails >> shift & valid, numbers >> shift & valid
            # A number does not begin behind a letter or digit.
            places = mails | numbers & ~(alnum << ONE | carry)
            carry = alnum >> np.uint64(63)
            while places:
                k = at + lowest(places)
                places &= places - ONE
                if k < behind:
                    continue
                if data[k] == 64:
                    counts[i, 0] += _mail(data, start, k, end, classes)
                else:
                    kind, stop = _number(data, start, k, end, classes)
                    if kind:
                        counts[i, kind] += 1
                        behind = stop


@inner
def _mail(data, start, at, end, classes):
    """1 if the @ at `at` is that of an address."""
    if at == start or not classes[data[at - 1]] & LOCAL:
        return 0
    stop = at + 1
    while stop < end and classes[data[stop]] & DOMAIN:
        stop += 1
    while stop > at + 1 and not classes[data[stop - 1]] & ALNUM:
        stop -= 1
    label, labels, letters = 0, 1, True
    for k in range(at + 1, stop):
        if data[k] == 46:
            if label == 0:
                return 0
            label, letters = 0, True
            labels += 1
        else:
            label += 1
            letters = letters and classes[data[k]] & LETTER != 0
    return 1 if labels > 1 and label > 1 and letters else 0


@inner
def _number(data, start, at, end, classes):
    """(column of the shape that begins at `at` or 0, its end)."""
    stop = _card(data, at, end, classes)
    if stop > 0:
        return 3, stop
    if at == start or data[at - 1] != 46:
        stop = _ip(data, at, end, classes)
        if stop > 0:
            return 1, stop
    if data[at] == 43:
        stop = _international(data, at, end, classes)
    else:
        stop = _national(data, at, end, classes)
    return (2, stop) if stop > 0 else (0, at)


@inner
def _closed(data, at, end, classes):
    """`at`, if no letter or digit follows there; else -1."""
    return -1 if at < end and classes[data[at]] & ALNUM else at


@inner
def _digits(data, at, end, classes):
    """How many digits stand at `at`."""
    k = at
    while k < end and classes[data[k]] & DIGIT:
        k += 1
    return k - at


@inner
def _card(data, at, end, classes):
    if not 51 <= data[at] <= 54:
        return -1
    n = _digits(data, at, end, classes)
    stop = at + n
    if n == 4 and stop < end and (data[stop] == 32 or data[stop] == 45):
        gap = data[stop]
        second = _digits(data, stop + 1, end, classes)
        wanted = (4, 4, 4) if second == 4 else (6, 5, 0)
        for size in wanted:
            if size:
                if stop >= end or data[stop] != gap or _digits(data, stop + 1, end, classes) != size:
                    return -1
                stop += 1 + size
    elif not 13 <= n <= 19:
        return -1
    return _closed(data, stop, end, classes) if _luhn(data, at, stop, classes) else -1


@inner
def _luhn(data, at, stop, classes):
    total, double = 0, False
    for k in range(stop - 1, at - 1, -1):
        if classes[data[k]] & DIGIT:
            digit = np.int64(data[k]) - 48
            if double:
                digit = 2 * digit - 9 * (digit > 4)
            total += digit
            double = not double
    return total % 10 == 0


@inner
def _ip(data, at, end, classes):
    for part in range(4):
        if part:
            if at >= end or data[at] != 46:
                return -1
            at += 1
        n, value = _digits(data, at, end, classes), 0
        if not 1 <= n <= 3:
            return -1
        for k in range(n):
            value = 10 * value + np.int64(data[at + k]) - 48
        if value > 255:
            return -1
        at += n
    if at + 1 < end and data[at] == 46 and classes[data[at + 1]] & DIGIT:
        return -1
    return _closed(data, at, end, classes)


@inner
def _international(data, at, end, classes):
    at += 1
    if at >= end or not 49 <= data[at] <= 57:
        return -1
    digits = 0
    while True:
        n = _digits(data, at, end, classes)
        digits += n
        at += n
        gap = 0
        while gap < 2 and at + gap < end and classes[data[at + gap]] & GAP:
            gap += 1
        if at + gap >= end or not classes[data[at + gap]] & DIGIT:
            break
        at += gap
    return _closed(data, at, end, classes) if 8 <= digits <= 15 else -1


@inner
def _national(data, at, end, classes):
    if data[at] == 49 and at + 1 < end and (data[at + 1] == 32 or data[at + 1] == 45 or data[at + 1] == 46):
        at += 2
    bracket = at < end and data[at] == 40
    at += bracket
    if not _three(data, at, end, classes):
        return -1
    at += 3
    if bracket:
        if at >= end or data[at] != 41:
            return -1
        at += 1
        if at < end and data[at] == 32:
            at += 1
    else:
        if at >= end or not (data[at] == 32 or data[at] == 45 or data[at] == 46):
            return -1
        at += 1
    if not _three(data, at, end, classes):
        return -1
    at += 3
    if at >= end or not (data[at] == 32 or data[at] == 45 or data[at] == 46):
        return -1
    at += 1
    return _closed(data, at + 4, end, classes) if _digits(data, at, end, classes) == 4 else -1


@inner
def _three(data, at, end, classes):
    """Three digits that don't begin with 0 or 1."""
    return at < end and 50 <= data[at] <= 57 and _digits(data, at, end, classes) == 3
