"""The counts behind `curate.signals.gopher`, from the words and lines of a scan."""

from functools import cache

import numpy as np

from curate.kernels.blocks import block
from curate.kernels.hashes import up_to_8
from curate.kernels.intrinsics import LANES, byte_classes, lowest, ones
from curate.kernels.jit import inner, kernel
from curate.kernels.scan import Scan

COLUMNS = ("word_chars", "hashes", "ellipses", "bullet_lines", "ellipsis_lines", "alpha_words", "stop_words")
# Of general punctuation, bullets as word processors set them: U+2022, 2023, 2043, 25E6, 25AA, 25CF, 00B7.
BULLETS = np.array([ord(c) for c in "-*•‣⁃◦▪●·"], np.int64)


SYMBOLS = byte_classes(b"#", b".", b"\xe2")
ONE, TOP_BIT = np.uint64(1), np.uint64(1 << 63)
CASE = np.uint64(0x2020202020202020)
SLOTS = 64


def count(scan: Scan, stop_words: tuple[str, ...]) -> np.ndarray:
    """int64[n, COLUMNS]."""
    counts = np.zeros((len(scan.chars), len(COLUMNS)), np.int64)
    _count(
        scan.data, scan.offsets, scan.word_offsets, scan.word_starts, scan.word_ends, scan.word_chars,
        scan.word_alphabetic, scan.line_offsets, scan.line_words, *_slots(stop_words), BULLETS, counts,
    )  # fmt: skip
    return counts


@cache
def _slots(stop_words: tuple[str, ...]) -> tuple[np.uint64, np.ndarray, np.ndarray]:
    """(factor, keys, bits): ASCII words of at most 8 letters as numbers, each alone in the slot of its product."""
    packed = np.array([int.from_bytes(w.encode(), "little") for w in stop_words], np.uint64)
    for number in range(1, 1 << 20, 2):
        factor = np.uint64(number * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF)
        slots = packed * factor >> np.uint64(58)
        if len(np.unique(slots)) == len(slots):
            break
    keys, bits = np.zeros(SLOTS, np.uint64), np.zeros(SLOTS, np.uint64)
    keys[slots], bits[slots] = packed, ONE << np.arange(len(packed), dtype=np.uint64)
    return factor, keys, bits


@kernel
def _count(
    data, offsets, word_offsets, starts, ends, chars, alphabetic, line_offsets, line_words, factor, keys, bits, bullets,
    counts,
):  # fmt: skip
    for i in range(offsets.size - 1):
        seen, letters, with_letter = ONE - ONE, 0, 0
        for w in range(word_offsets[i], word_offsets[i + 1]):
            letters += chars[w]
            with_letter += alphabetic[w]
        for w in range(word_offsets[i], word_offsets[i + 1]):
            # Beyond eight bytes the first eight: no stop word has as many. Only A to Z and a to z become a to z.
            length = min(ends[w] - starts[w], 8)
            packed = up_to_8(data, starts[w], length) | CASE >> np.uint64(64 - 8 * length)
            slot = packed * factor >> np.uint64(58)
            seen |= bits[slot] if keys[slot] == packed else ONE - ONE
        bulleted = elliptic = 0
        for k in range(line_offsets[i], line_offsets[i + 1]):
            bulleted += _is_bullet(data, starts[line_words[k]], ends[line_words[k]], bullets)
            last = line_words[k + 1] - 1
            elliptic += _ends_in_ellipsis(data, starts[last], ends[last])
        hashes, ellipses = _symbols(data, offsets[i], offsets[i + 1])
        counts[i, 0], counts[i, 1], counts[i, 2], counts[i, 3] = letters, hashes, ellipses, bulleted
        counts[i, 4], counts[i, 5], counts[i, 6] = elliptic, with_letter, ones(seen)


@inner
def _is_bullet(data, start, end, bullets):
    code = np.int64(data[start])
    if code == 0xC2 and end - start > 1:
        code = np.int64(data[start + 1])
    elif code == 0xE2 and end - start > 2:
        code = 0x2000 | (np.int64(data[start + 1]) & 0x3F) << 6 | (np.int64(data[start + 2]) & 0x3F)
    elif code >= 0x80:
        return 0
    for k in range(bullets.size):
        if bullets[k] == code:
            return 1
    return 0


@inner
def _ends_in_ellipsis(data, start, end):
    if end - start < 3:
        return 0
    a, b, c = data[end - 3], data[end - 2], data[end - 1]
    return 1 if (a == 46 and b == 46 and c == 46) or (a == 0xE2 and b == 0x80 and c == 0xA6) else 0


@inner
def _symbols(data, start, end):
    """(hash signs, ellipses) of data[start:end]."""
    hashes = ellipses = behind = 0
    for at in range(start, end, LANES):
        base, shift, valid = block(data, at, end)
        signs, dots, leads = SYMBOLS(data, base)
        hashes += ones(signs >> shift & valid)
        dots, leads = dots >> shift & valid, leads >> shift & valid
        # A dot that another follows, or whose follower is in the next block.
        dots &= dots >> ONE | TOP_BIT
        while dots:
            k = at + lowest(dots)
            dots &= dots - ONE
            if k >= behind and k + 2 < end and data[k + 1] == 46 and data[k + 2] == 46:
                ellipses += 1
                behind = k + 3
        while leads:
            k = at + lowest(leads)
            leads &= leads - ONE
            ellipses += k + 2 < end and data[k + 1] == 0x80 and data[k + 2] == 0xA6
    return hashes, ellipses
