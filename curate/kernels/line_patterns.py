"""Shapes of lines that published filters look for: closing punctuation, notices, citation marks, counters, links.

Compiled pieces for `line_facts`. Phrases are found by their rarest letter, so that few bytes of a text are looked at
twice.
"""

from collections.abc import Sequence

import numpy as np

from curate.kernels.characters import DIGIT, SPACE, WORD, decode
from curate.kernels.jit import inner


def _table(words: Sequence[str]) -> np.ndarray:
    """uint8[len(words), longest + 1]: the words' bytes, 0 behind them."""
    table = np.zeros((len(words), max(map(len, words)) + 1), np.uint8)
    for row, word in zip(table, words, strict=True):
        row[: len(word)] = np.frombuffer(word.encode(), np.uint8)
    return table


# Raffel et al. 2020, 2.2, and in their published code the six notices; where in each its rarest letter is.
WRITTEN = {
    "javascript": 0, "lorem ipsum": 7, "terms of use": 7, "privacy policy": 3, "cookie policy": 3, "uses cookies": 8,
    "use of cookies": 10, "use cookies": 7,
}  # fmt: skip
LETTERS = "".join(sorted({phrase[at] for phrase, at in WRITTEN.items()}))
PHRASES = (
    _table(list(WRITTEN)),
    np.array([len(phrase) for phrase in WRITTEN], np.int64),
    np.array(list(WRITTEN.values()), np.int64),
)
# Penedo et al. 2023 say "e.g. 3 likes"; the other nouns are ours.
COUNTED = (
    *("bookmark", "comment", "download", "downvote", "follower", "like"),
    *("quote", "repost", "retweet", "share", "upvote", "view"),
)
NOUNS = _table(COUNTED)
SIGN_IN, READ_MORE, IN_CART = (_table([w])[0] for w in ("sign in", "read more", "items in cart"))
EDIT, NEEDED = (_table([w])[0] for w in ("[edit]", "[citation needed]"))
# FineWeb says "punctuation": full stops, question and exclamation marks of the larger scripts, quotes, ellipsis.
CLOSING = np.array(sorted(ord(c) for c in ".!?\"'…”’»。！？」』؟۔।॥։።․‼⁇‽။។៕།．｡"), np.int64)
# What ends a sentence where writing is not Latin: full stops, question and exclamation marks. No space need follow.
STOPS = np.array(sorted(ord(c) for c in "。｡！？؟۔।॥།።։။។៕‼⁇"), np.int64)
CLOSERS = np.array(sorted(ord(c) for c in "\"')]”’」』）》〉】"), np.int64)
# C4 names `.`, `!`, `?` and the closing quotation mark: these and their counterparts.
TERMINAL = np.array(sorted({ord(c) for c in ".!?\"”．」』"} | set(STOPS.tolist())), np.int64)


@inner
def phrase_at(data, at, start, end, phrases, sizes, anchors):
    """The phrase whose rarest letter stands at `at`, or -1."""
    small = data[at] | 32
    for k in range(sizes.size):
        begin = at - anchors[k]
        fits = phrases[k, anchors[k]] == small and begin >= start and begin + sizes[k] <= end
        if fits and _is(data, begin, phrases[k]) == sizes[k]:
            return k
    return -1


@inner
def citation(data, at, end):
    """Bytes of the citation mark that begins with the `[` at `at`: [12], [], [edit], [citation needed]; or 0."""
    close = at + 1
    while close < end and 48 <= data[close] <= 57:
        close += 1
    if close < end and data[close] == 93:
        return close + 1 - at
    for mark in (EDIT, NEEDED):
        size = mark.size - 1
        if at + size <= end:
            same = 0
            while same < size and data[at + same] == mark[same]:
                same += 1
            if same == size:
                return size
    return 0


@inner
def ends(data, start, end):
    """(ends in C4's terminal punctuation, ends in any closing punctuation); C4 looks through citation marks."""
    punctuated = _among(_last(data, start, end), CLOSING)
    end = _before_citations(data, start, end)
    last = _last(data, start, end)
    terminal = _among(last, TERMINAL)
    if last == 46 and end - start >= 3 and data[end - 2] == 46 and data[end - 3] == 46:
        terminal = False
    return terminal, punctuated


@inner
def stops(data, at, end, code, length):
    """1 if the character `code` at `at`, beyond ASCII, ends a sentence and the line data[:end] goes on behind it."""
    if not _among(code, STOPS):
        return 0
    at += length
    code, length = _code(data, at, end)
    while _among(code, CLOSERS):
        at += length
        code, length = _code(data, at, end)
    while code == 32 or code == 9:
        at += 1
        code, length = _code(data, at, end)
    return 0 if at >= end or _among(code, STOPS) else 1


@inner
def counter(data, start, end, classes, nouns):
    """Whether the line is a number, perhaps in thousands or millions, and a noun that is counted: `1.2K likes`."""
    at, _ = _skip(data, start, end, classes, False, WORD)
    code, length = _code(data, at, end)
    if not classes[code] & DIGIT:
        return False
    while at < end and (classes[code] & DIGIT or code == 44 or code == 46):
        at += length
        code, length = _code(data, at, end)
    if code == 75 or code == 107 or code == 77 or code == 109 or code == 66 or code == 98:
        at += 1
    at, spaces = _skip(data, at, end, classes, True, SPACE)
    if spaces == 0:
        return False
    for k in range(nouns.shape[0]):
        size = _prefix(data, at, end, nouns[k])
        if size:
            behind = at + size
            behind += behind < end and data[behind] | 32 == 115
            rest, _ = _skip(data, behind, end, classes, False, WORD)
            if rest >= end:
                return True
    return False


@inner
def short_pattern(data, start, end):
    """Whether the line begins with `sign-in`, ends in `read more` or has `items in cart`."""
    size = _prefix(data, start, end, SIGN_IN)
    if size and (start + size == end or not _letter(data[start + size])):
        return True
    tail = end
    while tail > start and (data[tail - 1] == 46 or data[tail - 1] == 32 or data[tail - 1] == 62):
        tail -= 1
    if tail - start >= 3 and _last(data, start, tail) in (0x2026, 0xBB):
        tail -= 3 if _last(data, start, tail) == 0x2026 else 2
        while tail > start and data[tail - 1] == 32:
            tail -= 1
    size = READ_MORE.size - 1
    begins = tail - size
    alone = begins == start or (begins > start and not _letter(data[begins - 1]))
    if alone and _prefix(data, begins, tail, READ_MORE):
        return True
    for at in range(start, end):  # noqa: SIM110 (numba has no generators)
        if data[at] | 32 == 105 and _prefix(data, at, end, IN_CART):
            return True
    return False


@inner
def _among(code, codes):
    found = False
    for k in range(codes.size):
        found |= codes[k] == code
    return found


@inner
def _is(data, at, word):
    """How many bytes of the zero-ended `word` data[at:] has in ASCII's any case; the caller has checked the room."""
    same = 0
    while word[same] != 0 and _small(data[at + same]) == word[same]:
        same += 1
    return same


@inner
def _prefix(data, at, end, word):
    """Bytes of `word` if data[at:end] begins with it in any case, else 0; a hyphen stands for a space."""
    same = 0
    while word[same] != 0:
        if at + same >= end:
            return 0
        byte = _small(data[at + same])
        if byte != word[same] and not (byte == 45 and word[same] == 32):
            return 0
        same += 1
    return same


@inner
def _small(byte):
    return byte + 32 if 65 <= byte <= 90 else byte


@inner
def _letter(byte):
    return 97 <= byte | 32 <= 122 or 48 <= byte <= 57 or byte >= 0x80


@inner
def _before_citations(data, start, end):
    """Where the line ends without the citation marks, and the spaces before them, at its end."""
    while end > start and data[end - 1] == 93:
        at = end - 2
        while at > start and data[at] != 91:
            at -= 1
        if at <= start or citation(data, at, end) != end - at:
            break
        end = at
        while end > start and data[end - 1] == 32:
            end -= 1
    return end


@inner
def _last(data, start, end):
    """The last code point of data[start:end]; 0 if there is none."""
    at = end - 1
    while at > start and (data[at] & 0xC0) == 0x80:
        at -= 1
    return _code(data, at, end)[0] if at >= start else np.int64(0)


@inner
def _code(data, at, end):
    """(code point at `at`, its bytes); (0, 1) at the end."""
    if at >= end:
        return np.int64(0), 1
    return decode(data, at, end)


@inner
def _skip(data, at, end, classes, having, flag):
    """(behind the characters that have the class, or have it not; how many they were)"""
    seen = 0
    while at < end:
        code, length = decode(data, at, end)
        if ((classes[code] & flag) != 0) != having:
            break
        at += length
        seen += 1
    return at, seen
