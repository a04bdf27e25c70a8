"""The counts behind `curate.signals.gopher`, from the words and lines of a scan."""

import numpy as np

from curate.kernels.characters import ALPHA, PUNCTUATION
from curate.kernels.jit import inner, kernel
from curate.kernels.scan import Scan

COLUMNS = ("word_chars", "hashes", "ellipses", "bullet_lines", "ellipsis_lines", "alpha_words", "stop_words")
# Of general punctuation, bullets as word processors set them: U+2022, 2023, 2043, 25E6, 25AA, 25CF, 00B7.
BULLETS = np.array([ord(c) for c in "-*•‣⁃◦▪●·"], np.int64)


def count(scan: Scan, stop_words: tuple[str, ...]) -> np.ndarray:
    """int64[n, COLUMNS]."""
    counts = np.zeros((len(scan.chars), len(COLUMNS)), np.int64)
    _count(
        scan.data, scan.offsets, scan.word_offsets, scan.word_starts, scan.word_ends, scan.word_chars,
        scan.word_classes, scan.line_offsets, scan.line_words, _packed(stop_words), BULLETS, counts,
    )  # fmt: skip
    return counts


def _packed(stop_words: tuple[str, ...]) -> np.ndarray:
    """ASCII words of at most 4 letters as numbers: no hash, so no collision."""
    return np.array([int.from_bytes(w.encode(), "little") for w in stop_words], np.uint64)


@kernel
def _count(
    data, offsets, word_offsets, starts, ends, chars, classes, line_offsets, line_words, stop_words, bullets, counts
):
    for i in range(offsets.size - 1):
        seen = letters = alphabetic = hashes = ellipses = 0
        for w in range(word_offsets[i], word_offsets[i + 1]):
            letters += chars[w]
            alphabetic += (classes[w] & ALPHA) // ALPHA
            if ends[w] - starts[w] <= 4:
                seen |= _stop_word(data, starts[w], ends[w], stop_words)
            if classes[w] & PUNCTUATION:
                h, e = _symbols(data, starts[w], ends[w])
                hashes += h
                ellipses += e
        bulleted = elliptic = 0
        for k in range(line_offsets[i], line_offsets[i + 1]):
            bulleted += _is_bullet(data, starts[line_words[k]], ends[line_words[k]], bullets)
            last = line_words[k + 1] - 1
            elliptic += _ends_in_ellipsis(data, starts[last], ends[last])
        stop = 0
        while seen:
            stop += seen & 1
            seen >>= 1
        counts[i, 0], counts[i, 1], counts[i, 2], counts[i, 3] = letters, hashes, ellipses, bulleted
        counts[i, 4], counts[i, 5], counts[i, 6] = elliptic, alphabetic, stop


@inner
def _stop_word(data, start, end, stop_words):
    """The bit of the stop word that data[start:end] is, or 0."""
    packed = np.uint64(0)
    for k in range(end - start):
        # Only A to Z and a to z become a to z by this bit.
        packed |= np.uint64(data[start + k] | 32) << np.uint64(8 * k)
    for k in range(stop_words.size):
        if stop_words[k] == packed:
            return 1 << k
    return 0


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
    hashes = ellipses = dots = 0
    for at in range(start, end):
        c = data[at]
        hashes += c == 35
        if c == 46:
            dots += 1
            if dots == 3:
                ellipses += 1
                dots = 0
        else:
            dots = 0
            if c == 0xE2 and at + 2 < end and data[at + 1] == 0x80 and data[at + 2] == 0xA6:
                ellipses += 1
    return hashes, ellipses
