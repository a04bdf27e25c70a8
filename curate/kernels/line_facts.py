"""What there is to know of each line: words, characters, capitals, and what it ends in or mentions.

One pass serves the families c4, fineweb, refinedweb and code, and the recipe's line rules. A line is what stands
between two `\\n`, blank ones included (as in `curate.dedup.lines`, so that a mask over lines fits both); its text is
what lies between its first word and its last. Letters are compared in ASCII's lower case.
"""

from typing import NamedTuple

import numpy as np

from curate.kernels.characters import DIGIT, PUNCTUATION, UPPER, WORD, decode, tables
from curate.kernels.jit import inner, kernel
from curate.kernels.line_patterns import (
    LETTERS,
    NOUNS,
    PHRASES,
    citation,
    counter,
    ends,
    phrase_at,
    short_pattern,
    stops,
)
from curate.kernels.scan import Scan

BLANK, TERMINAL, PUNCTUATED, JAVASCRIPT, LOREM, POLICY, NUMERIC, COUNTER, PATTERN = (1 << k for k in range(9))
BRACES, CITATIONS, SENTENCES, ALNUM, WIDEST = range(5)  # columns of `texts`
ALNUM_BYTE, UPPER_BYTE, DIGIT_BYTE, LETTER_BYTE, OTHER_BYTE = (1 << k for k in range(5))
PHRASE_FLAGS = np.array([JAVASCRIPT, LOREM, *[POLICY] * 6], np.uint16)


class LineFacts(NamedTuple):
    """Flat arrays over the lines of all texts; those of text i are at [offsets[i], offsets[i + 1])."""

    offsets: np.ndarray  # int64[n + 1]
    flags: np.ndarray  # uint16[lines]
    words: np.ndarray  # int32[lines]
    chars: np.ndarray  # int32[lines], code points of its text
    longest: np.ndarray  # int32[lines], code points of its longest word
    upper: np.ndarray  # int32[lines], capital letters
    texts: np.ndarray  # int64[n, 5], counts over whole texts

    def total(self, chosen: np.ndarray) -> np.ndarray:
        """int64[n]: in each text, how many lines are chosen (bool[lines]), or the sum of numbers."""
        return np.diff(np.r_[0, np.cumsum(chosen, dtype=np.int64)][self.offsets])

    def have(self, flag: int) -> np.ndarray:
        """bool[lines]"""
        return (self.flags & flag) != 0


def line_facts(scan: Scan) -> LineFacts:
    """The facts of a scan's lines, worked out by the family that asks first."""
    if "line_facts" not in scan.shared:
        scan.shared["line_facts"] = _facts(scan)  # type: ignore[assignment]
    return scan.shared["line_facts"]  # type: ignore[return-value]


def _facts(scan: Scan) -> LineFacts:
    data, starts = scan.data, scan.offsets
    lines = int(np.count_nonzero(data[starts[0] : starts[-1]] == 10)) + len(starts) - 1
    words, chars, longest, upper = np.zeros((4, lines), np.int32)
    offsets, texts = np.zeros(len(starts), np.int64), np.zeros((len(starts) - 1, 5), np.int64)
    facts = LineFacts(offsets, np.zeros(lines, np.uint16), words, chars, longest, upper, texts)
    _walk(
        data, starts, scan.word_starts, scan.word_ends, scan.word_chars, scan.line_offsets, scan.line_words,
        tables()[0], _kinds(), *PHRASES, PHRASE_FLAGS, NOUNS, *facts,
    )  # fmt: skip
    return facts


def _kinds() -> np.ndarray:
    """What each byte may be the beginning of."""
    kinds = np.zeros(256, np.uint8)
    for byte in range(128):
        character = chr(byte)
        kinds[byte] |= ALNUM_BYTE * (character.isalnum() or character == "_") | UPPER_BYTE * character.isupper()
        kinds[byte] |= DIGIT_BYTE * character.isdigit() | LETTER_BYTE * (character.lower() in LETTERS)
        kinds[byte] |= OTHER_BYTE * (character in "{[.!?")
    kinds[128:] = OTHER_BYTE
    return kinds


@kernel
def _walk(
    data, starts, word_starts, word_ends, word_chars, line_offsets, line_words, classes, kinds, phrases, sizes, anchors,
    phrase_flags, nouns, offsets, flags, words, chars, longest, upper, texts,
):  # fmt: skip
    line = 0
    for i in range(starts.size - 1):
        at, stop, k = starts[i], starts[i + 1], line_offsets[i]
        while True:
            width, flag = 0, BLANK
            first = word_starts[line_words[k]] if k < line_offsets[i + 1] else stop
            at, width = _margin(data, at, first)
            if at == first and first < stop:
                last = line_words[k + 1] - 1
                end = word_ends[last]
                flag, tails, capitals, digits = _line(
                    data, first, end, classes, kinds, phrases, sizes, anchors, phrase_flags, texts[i]
                )
                count, letters, most = last + 1 - line_words[k], 0, 0
                for w in range(line_words[k], last + 1):
                    letters += word_chars[w]
                    most = max(most, word_chars[w])
                flag |= _ends(data, first, end)
                if digits == letters:
                    flag |= NUMERIC
                if digits and counter(data, first, end, classes, nouns):
                    flag |= COUNTER
                if count <= 10 and short_pattern(data, first, end):
                    flag |= PATTERN
                words[line], chars[line], longest[line], upper[line] = count, end - first - tails, most, capitals
                at, margin = _margin(data, end, stop)
                width += chars[line] + margin
                k += 1
            flags[line] = flag
            texts[i, WIDEST] = max(texts[i, WIDEST], width)
            line += 1
            if at >= stop:
                break
            at += 1
        offsets[i + 1] = line


@inner
def _margin(data, at, stop):
    """(where the newline or `stop` is, code points before it)"""
    chars = 0
    while at < stop and data[at] != 10:
        chars += (data[at] & 0xC0) != 0x80
        at += 1
    return at, chars


@inner
def _ends(data, start, end):
    terminal, punctuated = ends(data, start, end)
    return (TERMINAL if terminal else 0) | (PUNCTUATED if punctuated else 0)


@inner
def _line(data, start, end, classes, kinds, phrases, sizes, anchors, phrase_flags, text):
    """(flags of phrases, bytes that are tails, capitals, digits) of data[start:end]; adds to the counts of the text."""
    flag = tails = capitals = digits = alnum = 0
    sentences, at = 1, start
    while at < end:
        byte = data[at]
        kind = kinds[byte]
        alnum += kind & ALNUM_BYTE
        if kind > ALNUM_BYTE:
            capitals += (kind & UPPER_BYTE) != 0
            digits += (kind & DIGIT_BYTE) != 0
            if kind & LETTER_BYTE:
                phrase = phrase_at(data, at, start, end, phrases, sizes, anchors)
                if phrase >= 0:
                    flag |= phrase_flags[phrase]
            elif byte >= 0x80:
                code, length = decode(data, at, end)
                found = classes[code]
                alnum += (found & WORD) != 0
                capitals += (found & UPPER) != 0
                digits += (found & DIGIT) != 0
                if found & PUNCTUATION:
                    sentences += stops(data, at, end, code, length)
                tails += length - 1
                at += length - 1
            elif byte == 123:
                text[BRACES] += 1
            elif byte == 91:
                text[CITATIONS] += citation(data, at, end) > 0
            elif kind & OTHER_BYTE:
                sentences += _sentence_ends(data, at, start, end)
        at += 1
    text[ALNUM] += alnum
    text[SENTENCES] += sentences
    return flag, tails, capitals, digits


@inner
def _sentence_ends(data, at, start, end):
    """1 if the mark at `at` ends a sentence inside the line: white space follows, then no small letter of ASCII."""
    if data[at] == 46 and at > start and 97 <= data[at - 1] | 32 <= 122:
        before = data[at - 2] if at - 1 > start else 32
        if before == 32 or before == 46 or before == 40:
            return 0  # one letter before the full stop: an initial, e.g., U.S.
    at += 1
    while at < end and (data[at] == 34 or data[at] == 39 or data[at] == 41 or data[at] == 93):
        at += 1
    if at >= end or (data[at] != 32 and data[at] != 9):
        return 0
    while at < end and (data[at] == 32 or data[at] == 9):
        at += 1
    return 0 if at >= end or 97 <= data[at] <= 122 else 1
