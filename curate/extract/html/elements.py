"""Elements that open and close: the stack, what ends with them, and the formulas and gutters that they wrap.

A formula may stand in a page three times: as MathML, drawn by KaTeX or MathJax, as an image. Each of those comes in a
wrapper (`katex`, `MathJax`, `mwe-math-element`, `mjx-container`). The first formula found in a wrapper takes back what
the wrapper has written so far, and silences the rest of it: one formula, once. A wrapper without one keeps its text.

Line numbers beside code lie in elements that say so by class; they are taken back if they are numbers and nothing else.
"""

import numpy as np

from curate.extract.html.attributes import (
    ALT,
    HIDDEN,
    HINTS,
    SELF_CLOSED,
    SHOWN,
    SIGNATURE,
    SRC,
    STYLE,
    contains,
)  # fmt: skip
from curate.extract.html.attributes import (
    FLAGS as CLASS_FLAGS,
)
from curate.extract.html.hints import DISPLAY, FORMULA_IMAGE, GUTTER, WRAPPER
from curate.extract.html.silent import find_end
from curate.extract.html.state import (
    ALT_TEXT,
    BITS,
    BLOCK_ELEMENT,
    BLOCKS,
    DEPTH,
    DESCRIBED,
    ELEMENT,
    ELEMENTS,
    FLAGS,
    ITS_TAG,
    LAST_BLOCKS,
    LAST_STARTED,
    LAST_TEXT,
    LEVEL,
    LINKS,
    MARK_BLOCKS,
    MARK_OPEN,
    MARK_SPACE,
    MARK_TEXT,
    MATHML,
    MOST_DEPTH,
    OPEN,
    PARENT,
    PLACEHOLDER,
    PRE,
    SIGN,
    SKIP,
    SPACE,
    TAG,
    TEXT,
    WRAPPER_BELOW,
    WRAPPER_LEVEL,
)  # fmt: skip
from curate.extract.html.tags import BLOCK, PREFORMATTED, numbers
from curate.extract.html.writing import begin_line, close_block, go_back, mark, write_alt, write_break, write_formula
from curate.kernels.jit import inlined, inner

_A, _P, _LI, _BR, _IMG, _MATH, _BUTTON = numbers("a p li br img math button")
_TD, _TH, _TR, _TABLE, _THEAD, _TBODY, _TFOOT = numbers("td th tr table thead tbody tfoot")
_DT, _DD, _UL, _OL, _DL, _MENU = numbers("dt dd ul ol dl menu")
_MJX, _MJX_DRAWN = numbers("mjx-container mjx-math")
_NONE, _BLOCK_SHOWN = np.frombuffer(b"display:none", np.uint8), np.frombuffer(b"block", np.uint8)
_PATHS = tuple(np.frombuffer(word, np.uint8) for word in (b"/math/", b"latex"))
_INLINE_SEARCH = 32  # inline elements left open in a paragraph that another ends
_FORMATTED = 256  # elements that an end tag may close beside its own


@inlined
def open_element(page, begin, at, tag, state, elements, stack, opened, blocks, formulas, text, found, endless):
    """The place behind the start tag page[begin:at], or behind the whole element if it is a formula."""
    flags = found[CLASS_FLAGS]
    if tag == _MATH:
        end = _formula(page, begin, at, state, stack, blocks, formulas, text, found, endless)
        if end:
            return end
    written, begun, was_open, due = state[TEXT], state[BLOCKS], state[OPEN], state[SPACE]
    _close_implied(tag, state, elements, stack, opened, blocks, text)
    if BLOCK[tag]:
        _border(tag, state, blocks, text)
    if state[LEVEL] >= MOST_DEPTH or state[ELEMENTS] >= elements.shape[0] or (found[SELF_CLOSED] and not BLOCK[tag]):
        return at
    row, level = state[ELEMENTS], state[LEVEL]
    parent = stack[level - 1, ELEMENT]
    elements[row, TAG], elements[row, PARENT], elements[row, DEPTH] = tag, parent, level
    elements[row, BITS] = found[HINTS]
    elements[row, SIGN] = (found[SIGNATURE] ^ tag * 0x9E3779B1) & 0x7FFFFFFF
    stack[level, ELEMENT], stack[level, ITS_TAG] = row, tag
    stack[level, BLOCK_ELEMENT] = row if BLOCK[tag] else stack[level - 1, BLOCK_ELEMENT]
    stack[level, FLAGS] = (flags & (WRAPPER | GUTTER)) | ((flags | stack[level - 1, FLAGS]) & DISPLAY)
    stack[level, WRAPPER_BELOW] = state[WRAPPER_LEVEL]
    mark(state, stack, level)
    state[ELEMENTS], state[LEVEL] = row + 1, level + 1
    opened[tag] += 1
    state[LINKS] += tag == _A
    if flags & WRAPPER or tag == _MJX:
        stack[level, FLAGS] |= WRAPPER
        # A formula in its place belongs to the paragraph that its wrapper has ended.
        stack[level, MARK_TEXT], stack[level, MARK_BLOCKS] = written, begun
        stack[level, MARK_OPEN], stack[level, MARK_SPACE] = was_open, due
        _open_wrapper(state, stack, level)
    hidden = found[HIDDEN] or (found[STYLE] and contains(page, found[STYLE], found[STYLE + 1], _NONE))
    if state[SKIP] < 0 and (hidden or (tag == _BUTTON and state[PRE])):
        state[SKIP] = level
    state[PRE] += PREFORMATTED[tag]
    return at


@inner
def _border(tag, state, blocks, text):
    """A block-level element begins or ends: so does a block, or in code a line."""
    if state[PRE]:
        begin_line(state, text)
    else:
        close_block(state, blocks, text)


@inlined
def _close_implied(tag, state, elements, stack, opened, blocks, text):
    """Close what `tag` cannot lie in: paragraphs, cells, rows, items whose end tags may be left out."""
    if not BLOCK[tag] and tag != _A:
        return
    while True:
        level = state[LEVEL] - 1
        if tag == _A and not state[LINKS]:
            return
        least = max(level - _INLINE_SEARCH, 0)
        while level > least and not BLOCK[stack[level, ITS_TAG]] and not (tag == _A and stack[level, ITS_TAG] == _A):
            level -= 1
        if level <= least or not _ends(stack[level, ITS_TAG], tag):
            return
        _pop_to(level, state, elements, stack, opened, blocks, text)


@inner
def _ends(inside, tag):
    """Whether an open element `inside` ends where `tag` begins."""
    if inside == _P:
        return tag != _A
    if inside == _LI:
        return tag == _LI
    if inside in (_DT, _DD):
        return tag in (_DT, _DD)
    rows = tag in (_TR, _THEAD, _TBODY, _TFOOT)
    if inside in (_TD, _TH):
        return rows or tag in (_TD, _TH)
    if inside == _TR:
        return rows
    return inside == _A and tag == _A


@inlined
def close_element(tag, state, elements, stack, opened, blocks, text):
    """An end tag: close the innermost such element and what is open in it; none is open, none is closed."""
    if tag == 0 or not opened[tag]:
        if BLOCK[tag]:
            _border(tag, state, blocks, text)
        return
    level = state[LEVEL] - 1
    least = max(level - _FORMATTED, 0)
    while level > least and stack[level, ITS_TAG] != tag:
        inside = stack[level, ITS_TAG]
        if not BLOCK[tag] and (inside in (_TD, _TH, _TABLE)):  # </b> ends no cell
            return
        level -= 1
    if level > least:
        _pop_to(level, state, elements, stack, opened, blocks, text)


@inner
def _pop_to(level, state, elements, stack, opened, blocks, text):
    while state[LEVEL] > level:
        top = state[LEVEL] - 1
        tag = stack[top, ITS_TAG]
        if BLOCK[tag]:
            if PREFORMATTED[tag] and state[PRE] == 1:
                close_block(state, blocks, text)
            else:
                _border(tag, state, blocks, text)
        state[PRE] -= PREFORMATTED[tag]
        state[LINKS] -= tag == _A
        state[LEVEL] = top
        opened[tag] -= 1
        if _is_furniture(tag, state, stack, text, top):
            go_back(state, stack, blocks, top)
        if stack[top, FLAGS] & WRAPPER:
            _close_wrapper(state, stack, top)
        if state[SKIP] == top:
            state[SKIP] = -1


@inner
def _is_furniture(tag, state, stack, text, level):
    if stack[level, FLAGS] & GUTTER:
        return _is_gutter(state, stack, text, level)
    return tag == _A and _is_permalink(state, stack, text, level)


@inner
def _is_gutter(state, stack, text, level):
    """Whether what the element has written is numbers and white space."""
    for at in range(stack[level, MARK_TEXT], state[TEXT]):
        byte = text[at]
        if byte == PLACEHOLDER or (byte > 32 and not 48 <= byte <= 57 and byte != 46 and byte != 58 and byte != 124):
            return False
    return True


@inner
def _is_permalink(state, stack, text, level):
    """Whether a link is the ¶ or # that documentation puts behind headings."""
    start, end = stack[level, MARK_TEXT], state[TEXT]
    while start < end and text[start] <= 32:
        start += 1
    if end - start == 1:
        return text[start] == 35
    return end - start == 2 and text[start] == 0xC2 and (text[start + 1] == 0xB6 or text[start + 1] == 0xA7)


@inner
def _open_wrapper(state, stack, level):
    """A wrapper right behind another (a preview, then what is drawn) takes back both."""
    if state[LAST_STARTED] and state[TEXT] == state[LAST_TEXT] and state[BLOCKS] == state[LAST_BLOCKS]:
        for column in (MARK_TEXT, MARK_BLOCKS, MARK_OPEN, MARK_SPACE):
            stack[level, column] = stack[0, column]
    state[WRAPPER_LEVEL] = level


@inner
def _close_wrapper(state, stack, level):
    """Keep where it began in row 0 of the stack, for a script with its formula that may follow."""
    state[WRAPPER_LEVEL] = stack[level, WRAPPER_BELOW]
    for column in (MARK_TEXT, MARK_BLOCKS, MARK_OPEN, MARK_SPACE):
        stack[0, column] = stack[level, column]
    state[LAST_STARTED], state[LAST_TEXT], state[LAST_BLOCKS] = 1, state[TEXT], state[BLOCKS]


@inner
def _formula(page, begin, at, state, stack, blocks, formulas, text, found, endless):
    """The place behind a `math` element, or 0 if it has no end."""
    end = find_end(page, at, _MATH, endless)
    if end < 0:
        return np.int64(0)
    while end < page.size and page[end] != 62:
        end += 1
    end = min(end + 1, page.size)
    alone = contains(page, found[SHOWN], found[SHOWN + 1], _BLOCK_SHOWN)
    _place(state, stack, blocks, formulas, text, begin, end, MATHML, alone)
    return end


@inner
def _place(state, stack, blocks, formulas, text, first, last, form, alone):
    """Write a formula, unless it is hidden; in a wrapper, instead of all that the wrapper holds."""
    wrapper = state[WRAPPER_LEVEL]
    if state[SKIP] >= 0 and not state[SKIP] > wrapper > 0:
        return
    alone = alone or stack[state[LEVEL] - 1, FLAGS] & DISPLAY != 0
    if wrapper:
        go_back(state, stack, blocks, wrapper)
        state[SKIP] = wrapper
    write_formula(state, stack, blocks, formulas, text, first, last, form, alone)


@inlined
def void_element(page, tag, state, stack, blocks, formulas, text, found, spare):
    if tag == _BR:
        if state[SKIP] < 0:
            write_break(state, blocks, text)
    elif tag == _IMG:
        start, end = found[ALT], found[ALT + 1]
        if end <= start:
            return
        if found[CLASS_FLAGS] & FORMULA_IMAGE or _from_formulas(page, found):
            alone = found[CLASS_FLAGS] & DISPLAY != 0
            _place(state, stack, blocks, formulas, text, start, end, ALT_TEXT, alone)
        elif state[SKIP] < 0 and not state[PRE] and (state[OPEN] or state[DESCRIBED]):
            write_alt(page, start, end, state, stack, blocks, text, spare)
    elif BLOCK[tag]:
        _border(tag, state, blocks, text)


@inner
def _from_formulas(page, found):
    start, end = found[SRC], min(found[SRC + 1], found[SRC] + 300)
    return contains(page, start, end, _PATHS[0]) or contains(page, start, end, _PATHS[1])
