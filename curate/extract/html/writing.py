"""Text of a page into blocks: white space made one, references decoded, code left as it is.

A block is what stands between the borders of two block-level elements, or of one and a double line break. Its text
is one stretch of the text buffer, so whatever reads it later reads bytes in order. Outside of code, white space and
no-break spaces are one space, soft hyphens and byte order marks are dropped; in code lines and indentation stay.
"""

import numpy as np

from curate.extract.html.references import read_reference
from curate.extract.html.state import (
    BLOCK_ELEMENT,
    BLOCKS,
    DESCRIBED,
    END,
    FIRST,
    FORM,
    FORMULAS,
    HAS_BREAK,
    HAS_FORMULA,
    IN_PRE,
    KIND,
    LAST,
    LAST_STARTED,
    LEVEL,
    LINKED,
    LINKS,
    MARK_BLOCKS,
    MARK_OPEN,
    MARK_SPACE,
    MARK_TEXT,
    OF,
    OPEN,
    PLACEHOLDER,
    PRE,
    SHOWN_ALONE,
    SPACE,
    START,
    TEXT,
)  # fmt: skip
from curate.kernels.jit import inlined, inner

NOTHING, BLANK, LINE = 0, 1, 2
_LONGEST_ALT = 12  # bytes


@inlined
def write_text(page, at, end, state, stack, blocks, text, spare):
    """page[at:end], which holds no tag, to the open block; opens one if there is something to write."""
    if state[PRE]:
        _open(state, stack, blocks)
        before = state[TEXT]
        state[TEXT] = _write_exactly(page, at, end, text, before, spare)
    else:
        if not state[OPEN]:
            while at < end and page[at] <= 32:
                at += 1
            if at == end:
                return
            _open(state, stack, blocks)
        before = state[TEXT]
        first = np.int64(blocks[state[BLOCKS] - 1, START])
        state[TEXT], state[SPACE] = _write(page, at, end, text, before, first, state[SPACE], spare)
    if state[LINKS]:
        blocks[state[BLOCKS] - 1, LINKED] += state[TEXT] - before


@inlined
def _open(state, stack, blocks):
    if state[OPEN]:
        return
    row = state[BLOCKS]
    blocks[row, START] = state[TEXT]
    blocks[row, END] = state[TEXT]
    blocks[row, OF] = stack[state[LEVEL] - 1, BLOCK_ELEMENT]
    blocks[row, KIND] = IN_PRE if state[PRE] else 0
    blocks[row, LINKED] = 0
    state[BLOCKS], state[OPEN], state[SPACE] = row + 1, 1, NOTHING


@inner
def _write(page, at, end, text, to, first, due, spare):
    """(place behind what is written, what is due). `first` is where the block begins: nothing is due there."""
    while at < end:
        byte = page[at]
        if byte <= 32:
            due = max(due, BLANK)
            at += 1
            continue
        size = np.int64(1)
        if byte < 127 and byte != 38:
            spare[0] = byte
            at += 1
        else:
            size, at = _read(page, at, end, spare)
            if size == 1 and spare[0] <= 32:
                due = max(due, BLANK)
                continue
            if size == 0:
                continue
        if due:
            if to > first and text[to - 1] != 10:
                text[to] = 10 if due == LINE else 32
                to += 1
            due = NOTHING
        for k in range(size):
            text[to + k] = spare[k]
        to += size
    return to, due


@inner
def _read(page, at, end, spare):
    """(bytes written to spare, place behind) of the letter or reference at page[at]; a space for what is like one."""
    byte = page[at]
    if byte == 38:
        size, at = read_reference(page, at, end, spare)
    else:
        size = np.int64(1 + (byte >= 0xC2) + (byte >= 0xE0) + (byte >= 0xF0))
        size = min(size, end - at)
        for k in range(size):
            spare[k] = page[at + k]
        at += size
    if size == 2 and spare[0] == 0xC2:
        if spare[1] == 0xA0:  # no-break space
            spare[0] = 32
            return np.int64(1), at
        if spare[1] == 0xAD:  # soft hyphen
            return np.int64(0), at
    elif size == 3:
        if spare[0] == 0xE2 and spare[1] == 0x80 and (spare[2] == 0xA8 or spare[2] == 0xA9):  # line separators
            spare[0] = 32
            return np.int64(1), at
        if spare[0] == 0xEF and spare[1] == 0xBB and spare[2] == 0xBF:  # byte order mark
            return np.int64(0), at
    elif size == 1 and spare[0] == 127:
        return np.int64(0), at
    return np.int64(size), at


@inner
def _write_exactly(page, at, end, text, to, spare):
    while at < end:
        byte = page[at]
        if byte == 13:
            if at + 1 >= end or page[at + 1] != 10:
                text[to] = 10
                to += 1
            at += 1
            continue
        if byte != 38 and byte < 127:
            spare[0], size = byte, np.int64(1)
            at += 1
        else:
            size, at = _read(page, at, end, spare)
        if size == 1 and spare[0] < 32 and spare[0] != 9 and spare[0] != 10:
            continue
        for k in range(size):
            text[to + k] = spare[k]
        to += size
    return to


@inner
def write_break(state, blocks, text):
    """A `br`. Two of them end a paragraph, but never code."""
    if not state[OPEN]:
        return
    block, to = state[BLOCKS] - 1, state[TEXT]
    if state[PRE]:
        text[to] = 10
        state[TEXT] = to + 1
    elif state[SPACE] == LINE:
        close_block(state, blocks, text)
    else:
        state[SPACE] = LINE
        blocks[block, KIND] |= HAS_BREAK


@inner
def begin_line(state, text):
    """In code, where another element would end the block."""
    to = state[TEXT]
    if state[OPEN] and to and text[to - 1] != 10:
        text[to] = 10
        state[TEXT] = to + 1


@inner
def write_formula(state, stack, blocks, formulas, text, first, last, form, alone):
    """A placeholder for page[first:last], which is turned to TeX only if its block is kept."""
    number = state[FORMULAS]
    if number >= formulas.shape[0]:
        return
    _open(state, stack, blocks)
    block, to = state[BLOCKS] - 1, state[TEXT]
    due = LINE if alone else state[SPACE]
    if due and not state[PRE] and to > blocks[block, START] and text[to - 1] != 10:
        text[to] = 10 if due == LINE else 32
        to += 1
    formulas[number, FIRST], formulas[number, LAST] = first, last
    formulas[number, FORM], formulas[number, SHOWN_ALONE] = form, alone
    text[to] = PLACEHOLDER
    to += 1
    digits, rest = np.int64(1), number
    while rest >= 10:
        rest, digits = rest // 10, digits + 1
    rest = number
    for k in range(digits):
        text[to + digits - 1 - k] = 48 + rest % 10
        rest //= 10
    text[to + digits] = PLACEHOLDER
    state[TEXT], state[FORMULAS] = to + digits + 1, number + 1
    state[SPACE] = LINE if alone else NOTHING
    blocks[block, KIND] |= HAS_FORMULA


@inner
def write_alt(page, start, end, state, stack, blocks, text, spare):
    """What a small image in a line stands for (an emoji, a symbol), or what a picture shows; no names of files."""
    if state[DESCRIBED]:
        if _names_file(page, start, end):
            return
        _open(state, stack, blocks)
    else:
        if end - start > _LONGEST_ALT:
            return
        for at in range(start, end):
            if page[at] == 46 or page[at] == 38 or page[at] < 32:
                return
    first, before = np.int64(blocks[state[BLOCKS] - 1, START]), state[TEXT]
    state[TEXT], state[SPACE] = _write(page, start, end, text, before, first, state[SPACE], spare)
    if state[LINKS]:
        blocks[state[BLOCKS] - 1, LINKED] += state[TEXT] - before


@inner
def _names_file(page, start, end):
    """Whether it is one word with a dot near its end."""
    dot = False
    for at in range(start, end):
        if page[at] <= 32:
            return False
        dot |= page[at] == 46 and end - 5 <= at < end - 1
    return dot


@inner
def close_block(state, blocks, text):
    """White space at its end is no part of it, nor are blank lines before code; a block without text is none.

    What is cut off stays in the buffer: nothing before a mark is ever written over, so `go_back` finds it.
    """
    if not state[OPEN]:
        return
    block, to = state[BLOCKS] - 1, state[TEXT]
    start = np.int64(blocks[block, START])
    while to > start and text[to - 1] <= 32 and text[to - 1] != PLACEHOLDER:
        to -= 1
    for at in range(start, to):
        if text[at] > 32 or text[at] == PLACEHOLDER:
            break
        if text[at] == 10:
            start = at + 1
    blocks[block, START], blocks[block, END] = start, to
    state[OPEN], state[SPACE] = 0, NOTHING
    if start == to:
        state[BLOCKS] = block
    blocks[block, LINKED] = min(np.int64(blocks[block, LINKED]), to - start)


@inner
def mark(state, stack, level):
    """Note in the stack what has been written."""
    stack[level, MARK_TEXT], stack[level, MARK_BLOCKS] = state[TEXT], state[BLOCKS]
    stack[level, MARK_OPEN], stack[level, MARK_SPACE] = state[OPEN], state[SPACE]


@inner
def go_back(state, stack, blocks, level):
    """Unwrite what has been written since the element at `level` was opened, unless that is unwritten already."""
    if state[TEXT] < stack[level, MARK_TEXT] or state[BLOCKS] < stack[level, MARK_BLOCKS]:
        return
    state[TEXT], state[BLOCKS] = stack[level, MARK_TEXT], stack[level, MARK_BLOCKS]
    state[OPEN], state[SPACE] = stack[level, MARK_OPEN], stack[level, MARK_SPACE]
    state[LAST_STARTED] = 0
    closed = state[BLOCKS] - state[OPEN]
    if closed:  # blocks never share bytes
        state[TEXT] = max(state[TEXT], np.int64(blocks[closed - 1, END]))
    if state[OPEN]:  # a block that was blank then may have made room for another since
        blocks[closed, START] = min(np.int64(blocks[closed, START]), state[TEXT])
