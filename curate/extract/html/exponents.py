"""`10<sup>6</sup>` to `10^6`, `s<sup>-1</sup>` to `s^{-1}`: not raised, the one would be another number, 106.

Raised is what stands so: `<sup>` without a class, in it nothing but a sign, digits, letters and a slash, right behind a
digit, a bracket, or a word of three letters at most (a unit, a variable, a function). All else stays as it is written:
marks of notes (in a link, with a class, behind a longer word), ordinals and abbreviations (letters alone, but for those
that stand for numbers), prices (`$19<sup>99</sup>`), the upper half of a fraction, what stands in code.
"""

import numpy as np

from curate.extract.html.attributes import HIDDEN, SIGNATURE, STYLE
from curate.extract.html.references import read_reference
from curate.extract.html.state import (
    BLOCKS,
    ITS_TAG,
    LEVEL,
    LINKED,
    LINKS,
    MARK_TEXT,
    OPEN,
    PRE,
    SKIP,
    SPACE,
    START,
    TEXT,
)  # fmt: skip
from curate.extract.html.tags import NUMBER, lower
from curate.kernels.jit import inner

_A = NUMBER["a"]
_LONGEST, _LONGEST_WORD, _LONGEST_NUMBER = 8, 3, 32  # characters of an exponent, and of its base as far as one looks
_AROUND = 8  # elements
_VARIABLES = np.zeros(256, np.bool_)
_VARIABLES[list(b"ijkmnpqxyzNT")] = True
_SLASHES = tuple(np.frombuffer(word, np.uint8) for word in ("⁄".encode(), b"&frasl", b"&#8260", b"/<sub"))


@inner
def write_exponent(page, at, state, stack, blocks, text, found, spare):
    """The place behind the element whose start tag ends at `at`, written as an exponent; `at` if it is none."""
    if state[SKIP] >= 0 or state[PRE] or not state[OPEN] or state[SPACE] or found[SIGNATURE] or found[HIDDEN]:
        return at
    to = state[TEXT]
    if found[STYLE] or not _is_base(text, np.int64(blocks[state[BLOCKS] - 1, START]), to) or _is_link(state, stack, to):
        return at
    end, size, letters = _copy(page, at, text, to + 2, spare)
    if not size or (size == letters and not (size == 1 and _VARIABLES[text[to + 2]])):
        return at
    behind = _behind(page, end)
    if behind == 0 or _is_fraction(page, behind):
        return at
    text[to] = 94
    if size == 1 and text[to + 2] < 128:
        text[to + 1] = text[to + 2]
        to += 2
    else:
        text[to + 1], text[to + 2 + size] = 123, 125
        to += 3 + size
    if state[LINKS]:
        blocks[state[BLOCKS] - 1, LINKED] += to - state[TEXT]
    state[TEXT] = to
    return behind


@inner
def _is_base(text, first, to):
    """Whether text[first:to] ends in what may have an exponent: a number that is no price, a bracket, a short word."""
    if to == first:
        return False
    last = text[to - 1]
    if last == 41 or last == 93:
        return True
    at = to
    if 48 <= last <= 57:
        while at > first and to - at < _LONGEST_NUMBER and 48 <= text[at - 1] <= 57:
            at -= 1
        return at == first or not (text[at - 1] == 36 or text[at - 1] == 0xA3 or text[at - 1] == 0xAC)
    letters = 0
    while at > first and letters <= _LONGEST_WORD and _is_letter(text[at - 1]):
        at -= 1
        letters += text[at] & 0xC0 != 0x80
    greek_or_cyrillic = last < 128 or 0xCE <= text[to - 2] <= 0xD1
    return 0 < letters <= _LONGEST_WORD and greek_or_cyrillic


@inner
def _is_letter(byte):
    return np.uint8((byte | 32) - 97) < 26 or byte >= 128


@inner
def _is_link(state, stack, to):
    """Whether nothing of a link that is open has been written yet: the mark of a note."""
    level = state[LEVEL] - 1
    least = max(level - _AROUND, 0)
    while state[LINKS] and level > least and stack[level, MARK_TEXT] == to:
        if stack[level, ITS_TAG] == _A:
            return True
        level -= 1
    return False


@inner
def _copy(page, at, text, to, spare):
    """(place behind, bytes, letters among them) of what is copied to text[to:]; no bytes if it is no exponent."""
    size, letters, count = np.int64(0), np.int64(0), 0
    while at < page.size and page[at] != 60:
        read, step = np.int64(1), np.int64(1)
        spare[0] = page[at]
        if page[at] == 38:
            read, behind = read_reference(page, at, page.size, spare)
            step = behind - at
        elif page[at] == 0xE2 and at + 2 < page.size:
            read, step = np.int64(3), np.int64(3)
            spare[1], spare[2] = page[at + 1], page[at + 2]
        at += step
        if read == 1 and spare[0] <= 32:
            continue
        count += 1
        if count > _LONGEST or not _is_allowed(spare, read, count):
            return at, np.int64(0), letters
        letters += read == 1 and np.uint8((spare[0] | 32) - 97) < 26
        for k in range(read):
            text[to + size + k] = spare[k]
        size += read
    return at, size, letters


@inner
def _is_allowed(spare, size, count):
    """A digit, a letter, a sign (minus sign and en dash too), a slash that is not the first."""
    byte = spare[0]
    if size == 3:
        return byte == 0xE2 and ((spare[1] == 0x88 and spare[2] == 0x92) or (spare[1] == 0x80 and spare[2] == 0x93))
    if size != 1:
        return False
    return 48 <= byte <= 57 or np.uint8((byte | 32) - 97) < 26 or byte == 43 or byte == 45 or (byte == 47 and count > 1)


@inner
def _behind(page, at):
    """The place behind the `</sup>` at `at`, 0 if there is none."""
    if at + 6 > page.size or page[at + 1] != 47 or page[at + 5] != 62:
        return np.int64(0)
    is_sup = lower(page[at + 2]) == 115 and lower(page[at + 3]) == 117 and lower(page[at + 4]) == 112
    return np.int64(at + 6) if is_sup else np.int64(0)


@inner
def _is_fraction(page, at):
    """Whether a line of a fraction comes next."""
    return (
        _stands(page, at, _SLASHES[0])
        or _stands(page, at, _SLASHES[1])
        or _stands(page, at, _SLASHES[2])
        or _stands(page, at, _SLASHES[3])
    )


@inner
def _stands(page, at, word):
    if at + word.size > page.size:
        return False
    for k in range(word.size):  # noqa: SIM110 (numba compiles no generator into a reduction)
        if lower(page[at + k]) != word[k]:
            return False
    return True
