"""Counts of a block's text, and how much of it the page repeats in its title, description and JSON-LD.

Words are runs of letters, hashed as they are read: for the two lists of `vocabulary`, and for the sets of what the head
of the page says. A page whose JSON-LD holds the text of its article all but says which blocks those are.
"""

import numpy as np

from curate.extract.html.state import BODY, DESCRIPTION, END, LINKED, TITLE
from curate.extract.html.state import START as FIRST
from curate.extract.html.tags import lower
from curate.extract.html.vocabulary import FACTOR, IS_FUNCTION, KEYS, KINDS, MASK, START
from curate.kernels.characters import encode
from curate.kernels.jit import inner

# columns
LETTERS, WORDS, LINK_LETTERS, SENTENCES, COMMAS, DIGITS, CAPITALS, FUNCTIONS, FURNITURES, MARKS, FOREIGN = range(11)
IN_TITLE, IN_DESCRIPTION, IN_BODY, ENDS_SENTENCE, COLONS = 11, 12, 13, 14, 15
COUNT_COLUMNS = 16
_RUN = 3  # words that must follow each other to be found in a description or an article
_SHIFT, _TURN = np.uint64(20), np.uint64(0x9E3779B97F4A7C15)
_MOST_TITLE, _MOST_DESCRIPTION, _MOST_TEXT = 1_000, 4_000, 1 << 20


@inner
def count(page, state, text, blocks, counts):
    """Fill float32[blocks, COUNT_COLUMNS]."""
    title = _words_of(page, state[TITLE], min(state[TITLE + 1], state[TITLE] + _MOST_TITLE), 1, False)
    start, end = state[DESCRIPTION], state[DESCRIPTION + 1]
    description = _words_of(page, start, min(end, start + _MOST_DESCRIPTION), _RUN, False)
    body = _words_of(page, state[BODY], min(state[BODY + 1], state[BODY] + _MOST_TEXT), _RUN, True)
    for b in range(blocks.shape[0]):
        _count_block(text, blocks[b, FIRST], blocks[b, END], counts[b], title, description, body)
        counts[b, LINK_LETTERS] = min(np.float32(blocks[b, LINKED]), counts[b, LETTERS])


@inner
def _count_block(text, at, end, row, title, description, body):
    letters, words, sentences, commas, digits, capitals = 0, 0, 0, 0, 0, 0
    functions, furnitures, marks, foreign, colons = 0, 0, 0, 0, 0
    in_title, in_description, in_body = 0, 0, 0
    key, before, earlier, size, capital = START, np.uint64(0), np.uint64(0), 0, False
    last = np.uint8(0)
    while at <= end:
        byte = text[at] if at < end else np.uint8(32)
        if np.uint8((byte | 32) - 97) < 26 or byte >= 128:
            if not size:
                capital = byte < 97
            key = (key ^ np.uint64(lower(byte))) * FACTOR
            size += 1
            letters += 1
            foreign += byte >= 128
            if byte == 0x82 and at > 1 and text[at - 1] == 0x80 and text[at - 2] == 0xE3:  # ideographic full stop
                sentences += 1
        else:
            if size:
                words += 1
                capitals += capital
                kind = _kind(key)
                functions += kind & IS_FUNCTION
                furnitures += kind >> 1
                in_title += _has(title, key)
                run = _run(earlier, before, key)
                in_description += _has(description, run)
                in_body += _has(body, run)
                earlier, before = before, key
                key, size = START, 0
            if byte > 32:
                letters += 1
                if byte == 46 or byte == 33 or byte == 63:
                    sentences += 1
                elif byte == 44 or byte == 59:
                    commas += 1
                elif byte == 58:
                    colons += 1
                elif 48 <= byte <= 57:
                    digits += 1
                elif byte == 124 or byte == 47 or byte == 62 or byte == 43:
                    marks += 1
        if byte > 32:
            last = byte
        at += 1
    row[LETTERS], row[WORDS], row[SENTENCES], row[COMMAS] = letters, words, sentences, commas
    row[DIGITS], row[CAPITALS], row[FUNCTIONS], row[FURNITURES] = digits, capitals, functions, furnitures
    row[MARKS], row[FOREIGN], row[COLONS] = marks, foreign, colons
    row[IN_TITLE], row[IN_DESCRIPTION], row[IN_BODY] = in_title, in_description, in_body
    row[ENDS_SENTENCE] = last == 46 or last == 33 or last == 63 or last == 34 or last == 0x9D or last == 0x82


@inner
def _kind(key):
    place = np.int64(key >> _SHIFT) & MASK
    while KINDS[place]:
        if KEYS[place] == key:
            return np.int64(KINDS[place])
        place = (place + 1) & MASK
    return np.int64(0)


@inner
def _run(earlier, before, key):
    return ((earlier * _TURN) ^ before) * _TURN ^ key


@inner
def _has(found, key):
    if found.size == 1:
        return 0
    mask = np.int64(found.size - 1)
    place = np.int64(key >> _SHIFT) & mask
    while found[place]:
        if found[place] == key:
            return 1
        place = (place + 1) & mask
    return 0


@inner
def _words_of(page, start, end, run, json):
    """Hash table of the words of page[start:end], or of their runs of three; of one place if there are none."""
    places = 64
    while places < end - start:  # words have two bytes with the blank between them: half full at most
        places *= 2
    found = np.zeros(places if end > start else 1, np.uint64)
    spare = np.zeros(8, np.uint8)
    key, before, earlier, size, at, words = START, np.uint64(0), np.uint64(0), 0, start, 0
    while at <= end and end > start:
        byte, step, spelled = page[at] if at < end else np.uint8(32), 1, 0
        if json and byte == 92 and at + 1 < end:
            spelled, step = _escape(page, at, end, spare)
            byte = np.uint8(32)
        letter = np.uint8((byte | 32) - 97) < 26 or byte >= 128
        if spelled:
            for k in range(spelled):
                key = (key ^ np.uint64(lower(spare[k]))) * FACTOR
            size += 1
        elif letter:
            key = (key ^ np.uint64(lower(byte))) * FACTOR
            size += 1
        elif size:
            words += 1
            entry = key if run == 1 else _run(earlier, before, key)
            if run == 1 or words >= run:
                _add(found, entry)
            earlier, before = before, key
            key, size = START, 0
        at += step
    return found


@inner
def _escape(page, at, end, spare):
    """(bytes of the letter that a JSON escape stands for, or 0 if it is none, length of the escape)"""
    if page[at + 1] != 117 or at + 6 > end:
        return 0, 2
    code = np.int64(0)
    for k in range(at + 2, at + 6):
        byte = page[k]
        digit = np.int64(byte) - 48 if byte <= 57 else np.int64(byte | 32) - 87
        code = code * 16 + min(max(digit, 0), 15)
    if code < 192 or 0x2000 <= code < 0x2070 or 0xD800 <= code < 0xE000:
        return 0, 6
    return encode(code, spare, 0), 6


@inner
def _add(found, key):
    mask = np.int64(found.size - 1)
    place = np.int64(key >> _SHIFT) & mask
    while found[place] and found[place] != key:
        place = (place + 1) & mask
    found[place] = key
