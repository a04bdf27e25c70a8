"""Mail addresses: [A-Za-z0-9._%+-]+ @ labels of [A-Za-z0-9-], two at least, the last of two or more letters.

Labels of a host may hold Latin, Greek and Cyrillic letters as well (société.fr, президент.рф), which are two bytes in
UTF-8. Other scripts may not: what writes no spaces would go on into the next words.

None are the remote of a copy (git@github.com:owner/name) and the names of images for fine screens (icon@2x.png).
"""

import numpy as np

from curate.kernels.blocks import block
from curate.kernels.intrinsics import LANES, byte_classes, lowest
from curate.kernels.jit import inner, kernel
from curate.kernels.spans import EMAIL, Spans, add, first, room

ALNUM, LOCAL, DOMAIN, LETTER = 1, 2, 4, 8
PLACES = byte_classes(b"@")
ONE = np.uint64(1)
# Second-level names and top-level domains that RFC 2606 sets aside for examples, as numbers of their letters.
EXAMPLE, TOPS = int.from_bytes(b"example", "big"), [int.from_bytes(w, "big") for w in (b"com", b"org", b"net")]
ASIDE = [int.from_bytes(w, "big") for w in (b"example", b"test", b"invalid", b"local")]


def _class(c: str) -> int:
    """Flags of an ASCII character. ALNUM has the underscore, as in a word."""
    return (
        ALNUM * (c.isalnum() or c == "_")
        + LOCAL * (c.isalnum() or c in "._%+-")
        + DOMAIN * (c.isalnum() or c in ".-")
        + LETTER * c.isalpha()
    )


CLASSES = np.array([_class(chr(b)) if b < 128 else 0 for b in range(256)], np.uint8)
SET_ASIDE = np.array([EXAMPLE, *TOPS, *ASIDE], np.int64)


def find_mails(data: np.ndarray, offsets: np.ndarray) -> Spans:
    spans = room(int(offsets[-1] - offsets[0]))
    return first(spans, _find(data, offsets, CLASSES, SET_ASIDE, spans))


@kernel
def _find(data, offsets, classes, aside, spans):
    count = 0
    for i in range(offsets.size - 1):
        start, end = offsets[i], offsets[i + 1]
        behind = start
        for at in range(start, end, LANES):
            base, shift, valid = block(data, at, end)
            places = PLACES(data, base)[0] >> shift & valid
            while places:
                k = at + lowest(places)
                places &= places - ONE
                opens, stop = _local(data, behind, k, classes), domain_end(data, k + 1, end, classes)
                if opens < k and stop > 0 and not _is_file(data, k + 1, stop, end, classes):
                    count = add(spans, count, i, EMAIL, not set_aside(data, k + 1, stop, aside), opens, stop)
                    behind = stop
    return count


@inner
def _local(data, behind, at, classes):
    """Where the local part that ends at `at` begins; `at` if there is none."""
    k = at
    while k > behind and classes[data[k - 1]] & LOCAL:
        k -= 1
    while k < at and not classes[data[k]] & ALNUM:
        k += 1
    return k


@inner
def domain_end(data, at, end, classes):
    """The end of the domain that begins at `at`, or -1."""
    stop = at
    while stop < end:
        if classes[data[stop]] & DOMAIN:
            stop += 1
        elif _is_letter(data, stop, end):
            stop += 2
        else:
            break
    while stop > at and data[stop - 1] < 128 and not classes[data[stop - 1]] & ALNUM:
        stop -= 1
    label, labels, letters = 0, 1, True
    for k in range(at, stop):
        if data[k] == 46:
            if label == 0:
                return -1
            label, letters = 0, True
            labels += 1
        else:
            label += data[k] & 0xC0 != 0x80  # not a continuation: a character begins
            letters = letters and (data[k] >= 128 or classes[data[k]] & LETTER != 0)
    return stop if labels > 1 and label > 1 and letters else -1


@inner
def _is_letter(data, at, end):
    """Whether two bytes are a character of U+00C0 to 024F, × and ÷ aside, U+0386 to 03FF or U+0400 to 04FF."""
    if at + 1 >= end or data[at] < 0xC3 or data[at] > 0xD3:
        return False
    if data[at] == 0xC3:
        return data[at + 1] != 0x97 and data[at + 1] != 0xB7
    if data[at] == 0xC9:
        return data[at + 1] <= 0x8F
    return data[at] <= 0xC8 or data[at] >= 0xCF or (data[at] == 0xCE and data[at + 1] >= 0x86)


@inner
def _is_file(data, at, stop, end, classes):
    """Whether the domain data[at:stop] is that of a copy over ssh, or the end of an image's name."""
    if stop + 1 < end and data[stop] == 58 and classes[data[stop + 1]] & LETTER:
        return True
    return 49 <= data[at] <= 57 and data[at + 1] == 120 and data[at + 2] == 46


@inner
def set_aside(data, at, stop, aside):
    """Whether a domain is one of RFC 2606: example.com, a.test ..."""
    last, before, k = np.int64(0), np.int64(0), at
    for k in range(at, stop):
        if data[k] == 46:
            before, last = last, np.int64(0)
        else:
            last = (last << 8 | data[k] | 32) & 0x7FFFFFFFFFFFFFFF  # one letter more than `example` has
    if before == aside[0] and (last == aside[1] or last == aside[2] or last == aside[3]):
        return True
    return last == aside[4] or last == aside[5] or last == aside[6] or last == aside[7]
