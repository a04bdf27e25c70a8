"""The attributes of one tag: where the values lie that anyone asks for, and what class and id say of the element.

One pass, linear in the bytes of the tag: names and values are never compared with one another, so 50,000 attributes
cost what their bytes cost. Of a class only the first 300 bytes count.
"""

import numpy as np

from curate.extract.html.find import find_quote
from curate.extract.html.hints import ARTICLE_BODY, NAME_FLAGS, NAMES, PLACES, WORD_BITS, WORDS
from curate.extract.html.hints import COUNT as FAMILIES
from curate.extract.html.tags import lower
from curate.kernels.jit import inner

# Columns of what is found: numbers, then pairs of (start, end).
HINTS, FLAGS, SIGNATURE, HIDDEN, SELF_CLOSED = range(5)
STYLE, ALT, ALTTEXT, TYPE, SRC, CONTENT, PROPERTY, SHOWN = range(5, 21, 2)
FOUND = 21
_LONGEST_CLASS = 300


def _key(name: str) -> np.uint64:
    return np.uint64(int.from_bytes(name.encode()[:8], "big") ^ len(name) << 56)


_CLASS, _ID, _ROLE, _ITEMPROP, _HIDDEN = (_key(n) for n in ("class", "id", "role", "itemprop", "hidden"))
_STYLE, _ALT, _ALTTEXT, _TYPE, _SRC = (_key(n) for n in ("style", "alt", "alttext", "type", "src"))
_CONTENT, _PROPERTY, _NAME, _DISPLAY, _MODE = (_key(n) for n in ("content", "property", "name", "display", "mode"))
_OFFSET, _PRIME, _PLACE = np.uint32(0x811C9DC5), np.uint32(0x01000193), np.uint32(PLACES - 1)
QUOTE, APOSTROPHE = 34, 39


@inner
def read_attributes(page, at, unquoted, found):
    """Fill `found` from page[at:], which follows an element's name; the place behind the tag's `>`.

    unquoted[quote] is set once a value has no closing quote in the rest of the page; nobody searches for it again.
    """
    found[:] = 0
    size = page.size
    while at < size and page[at] != 62:
        byte = page[at]
        if byte <= 32 or byte == 47:
            found[SELF_CLOSED] = byte == 47
            at += 1
            continue
        found[SELF_CLOSED] = 0
        key, begin = np.uint64(0), at
        while at < size and page[at] > 32 and page[at] != 62 and page[at] != 61:
            if page[at] == 47 and at + 1 < size and page[at + 1] == 62:
                break
            if at - begin < 8:
                key = key << np.uint64(8) | np.uint64(lower(page[at]))
            at += 1
        if at == begin:  # a lone =
            at += 1
            continue
        key ^= np.uint64(at - begin) << np.uint64(56)
        start, end, at = _value(page, at, unquoted)
        _note(page, key, start, end, found)
    return min(at + 1, size)


@inner
def _value(page, at, unquoted):
    """(start, end, place behind) of the value of an attribute whose name ends at page[at]; empty if it has none."""
    size, behind = page.size, at
    while behind < size and page[behind] <= 32:
        behind += 1
    if behind >= size or page[behind] != 61:
        return at, at, at
    at = behind + 1
    while at < size and page[at] <= 32:
        at += 1
    if at < size and (page[at] == QUOTE or page[at] == APOSTROPHE) and not unquoted[page[at]]:
        quote = page[at]
        end = find_quote(page, at + 1, quote)
        if end < size:
            return at + 1, end, end + 1
        unquoted[quote] = 1
    end = at
    while end < size and page[end] > 32 and page[end] != 62:
        end += 1
    return at, end, end


@inner
def _note(page, key, start, end, found):
    if key == _CLASS:
        _read_class(page, start, end, found, True)
    elif key in (_ID, _ROLE, _ITEMPROP):
        _read_class(page, start, end, found, False)
    elif key == _HIDDEN:
        found[HIDDEN] = 1
    elif key == _STYLE:
        found[STYLE], found[STYLE + 1] = start, end
    elif key == _ALT:
        found[ALT], found[ALT + 1] = start, end
    elif key == _ALTTEXT:
        found[ALTTEXT], found[ALTTEXT + 1] = start, end
    elif key == _TYPE:
        found[TYPE], found[TYPE + 1] = start, end
    elif key == _SRC:
        found[SRC], found[SRC + 1] = start, end
    elif key == _CONTENT:
        found[CONTENT], found[CONTENT + 1] = start, end
    elif key in (_PROPERTY, _NAME):
        found[PROPERTY], found[PROPERTY + 1] = start, end
    elif key in (_DISPLAY, _MODE):
        found[SHOWN], found[SHOWN + 1] = start, end


@inner
def _read_class(page, start, end, found, is_class):
    """Words and whole names of page[start:end]; what follows each is the byte behind it, or the end."""
    end = min(end, start + _LONGEST_CLASS)
    word, name, letters, before = _OFFSET, _OFFSET, 0, np.uint8(32)
    bits, flags, signature = np.int64(0), np.int64(0), np.uint32(found[SIGNATURE])
    for at in range(start, end + 1):
        byte = page[at] if at < end else np.uint8(32)
        letter = np.uint8((byte | 32) - 97) < 26 or byte >= 128
        capital = np.uint8(byte - 65) < 26 and np.uint8(before - 97) < 26
        if letters and (not letter or capital):
            bits |= _look_up(word, WORDS, WORD_BITS)
            if is_class:
                signature = np.uint32((signature ^ word) * _PRIME)
            word, letters = _OFFSET, 0
        if letter:
            word = np.uint32((word ^ np.uint32(lower(byte))) * _PRIME)
            letters += 1
        if byte <= 32:
            flags |= _look_up(name, NAMES, NAME_FLAGS)
            name = _OFFSET
        else:
            name = np.uint32((name ^ np.uint32(byte)) * _PRIME)
        before = byte
    found[HINTS] |= bits | (flags & ARTICLE_BODY) // ARTICLE_BODY << FAMILIES
    found[FLAGS] |= flags
    found[SIGNATURE] = np.int64(signature)


@inner
def _look_up(key, keys, values):
    place = np.int64(key & _PLACE)
    while keys[place]:
        if keys[place] == key:
            return np.int64(values[place])
        place = (place + 1) & np.int64(_PLACE)
    return np.int64(0)


@inner
def contains(page, start, end, pattern):
    """Whether page[start:end] without its spaces, in lower case, contains `pattern`, bytes in lower case.

    Linear for patterns whose first byte does not come back in them.
    """
    matched = 0
    for at in range(start, end):
        byte = lower(page[at])
        if byte <= 32:
            continue
        if byte == pattern[matched]:
            matched += 1
            if matched == pattern.size:
                return True
        else:
            matched = 1 if byte == pattern[0] else 0
    return False
