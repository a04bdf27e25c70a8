"""A page's bytes to flat arrays of elements and of blocks of text, in one pass and without a tree.

No DOM: what is needed of one, which element a text lies in and what lies around it, is a stack of at most 512 open
elements and a row for each element. Errors are repaired as far as text needs it: a `p` ends where a block begins, a
cell where the next one does, an end tag that fits nothing is passed over.

Linear by construction: each byte is looked at a bounded number of times. Whatever searches ahead (for the end of a
comment, a script, a formula, a quoted value) notes when the rest of the page has none and never searches for it again.
Elements beyond a depth of 512, or a number of a million, are part of the one they lie in.

Cost: about 300 MB of HTML a second.
"""

import numpy as np

from curate.extract.html.attributes import CONTENT, FOUND, PROPERTY, read_attributes
from curate.extract.html.elements import close_element, open_element, void_element
from curate.extract.html.exponents import write_exponent
from curate.extract.html.find import find_closer, find_opener
from curate.extract.html.silent import script, skip_silent
from curate.extract.html.state import (
    BLOCK_COLUMNS,
    BLOCKS,
    DESCRIBED,
    DESCRIPTION,
    ELEMENT_COLUMNS,
    ELEMENTS,
    FORMULA_COLUMNS,
    FORMULAS,
    LEVEL,
    MOST_DEPTH,
    MOST_ELEMENTS,
    MOST_FORMULAS,
    SIZE,
    SKIP,
    STACK_COLUMNS,
    TEXT,
    TITLE,
)  # fmt: skip
from curate.extract.html.tags import NAMES, NUMBER, SILENT, VOID, read_name
from curate.extract.html.writing import close_block, write_text
from curate.kernels.intrinsics import borrowed
from curate.kernels.jit import inlined, inner, kernel

COMMENT = len(NAMES)  # its place among the ends that may be missing
_KINDS = len(NAMES) + 1
_LARGEST = max(_KINDS, FOUND, 64)
_SCRIPT, _TITLE, _META, _SUP = (NUMBER[name] for name in ("script", "title", "meta", "sup"))


class Page:
    """A page in flat arrays; see `state` for their columns."""

    __slots__ = ("blocks", "elements", "formulas", "source", "state", "text")

    def __init__(self, source: np.ndarray) -> None:
        self.source = source
        tags = int(np.count_nonzero(source == 60)) + 2
        self.state = np.zeros(SIZE, np.int64)
        self.elements = np.empty((min(tags, MOST_ELEMENTS), ELEMENT_COLUMNS), np.int32)
        self.blocks = np.empty((tags, BLOCK_COLUMNS), np.int32)
        self.formulas = np.empty((min(tags, MOST_FORMULAS), FORMULA_COLUMNS), np.int32)
        # A reference of five bytes can stand for six, and a formula's placeholder is shorter than the formula.
        self.text = np.empty(source.size + source.size // 5 + 64, np.uint8)


def tokenise(source: bytes, described: bool = False) -> Page:
    """`source` is valid UTF-8. With `described`, the `alt` of pictures is text; else that of small ones in a line."""
    page = Page(np.frombuffer(source or b" ", np.uint8))
    page.state[DESCRIBED] = described
    spare = np.empty(16, np.uint8)
    stack, marks = np.zeros((MOST_DEPTH, STACK_COLUMNS), np.int64), np.zeros((4, _LARGEST), np.int64)
    _tokenise(page.source, page.state, page.elements, page.blocks, page.formulas, page.text, stack, marks, spare)
    state = page.state
    page.elements, page.blocks = page.elements[: state[ELEMENTS]], page.blocks[: state[BLOCKS]]
    page.formulas, page.text = page.formulas[: state[FORMULAS]], page.text[: state[TEXT]]
    return page


@kernel
def _tokenise(page, state, elements, blocks, formulas, text, stack, marks, spare):
    page, state, elements, blocks = borrowed(page), borrowed(state), borrowed(elements), borrowed(blocks)
    formulas, text, stack, marks = borrowed(formulas), borrowed(text), borrowed(stack), borrowed(marks)
    spare = borrowed(spare)
    opened, endless = marks[0], marks[1]  # elements of each kind in the stack; kinds without a further end in the page
    unquoted, found = marks[2], marks[3, :FOUND]
    elements[0] = 0
    state[ELEMENTS], state[LEVEL], state[SKIP] = 1, 1, -1
    at, size = np.int64(0), page.size
    while at < size:
        if page[at] != 60:
            end = find_opener(page, at)
            if state[SKIP] < 0:
                write_text(page, at, end, state, stack, blocks, text, spare)
            at = end
            continue
        first = page[at + 1] if at + 1 < size else np.uint8(32)
        if first == 33 or first == 63:
            at = _comment(page, at, endless)
        elif first == 47:
            at = _end_tag(page, at, state, elements, stack, opened, blocks, text, unquoted, found)
        elif np.uint8((first | 32) - 97) < 26:
            begin = at
            tag, at = read_name(page, at + 1)
            at = read_attributes(page, at, unquoted, found)
            if tag == _SCRIPT:
                at = script(page, at, state, stack, blocks, formulas, text, found, endless)
            elif SILENT[tag]:
                inside = at
                at, stop = skip_silent(page, at, tag, found, endless)
                if tag == _TITLE and not state[TITLE]:
                    state[TITLE], state[TITLE + 1] = inside, stop
            elif VOID[tag]:
                if tag == _META:
                    _meta(page, state, found)
                void_element(page, tag, state, stack, blocks, formulas, text, found, spare)
            else:
                behind = at
                if tag == _SUP:
                    behind = write_exponent(page, at, state, stack, blocks, text, found, spare)
                if behind == at:
                    behind = open_element(
                        page, begin, at, tag, state, elements, stack, opened, blocks, formulas, text, found, endless
                    )
                at = behind
        else:  # a < of the text
            if state[SKIP] < 0:
                write_text(page, at, at + 1, state, stack, blocks, text, spare)
            at += 1
    close_block(state, blocks, text)


@inner
def _comment(page, at, endless):
    """The place behind a comment, a doctype, a processing instruction."""
    size = page.size
    if at + 3 < size and page[at + 1] == 33 and page[at + 2] == 45 and page[at + 3] == 45 and not endless[COMMENT]:
        end = at + 4
        if end < size and page[end] == 62:  # <!-->
            return end + 1
        while end < size:
            end = find_closer(page, end) + 1
            if end <= size and end - at >= 7 and page[end - 2] == 45 and page[end - 3] == 45:
                return end
        endless[COMMENT] = 1
    return min(find_closer(page, at + 2) + 1, size)


@inlined
def _end_tag(page, at, state, elements, stack, opened, blocks, text, unquoted, found):
    at += 2
    if at < page.size and np.uint8((page[at] | 32) - 97) < 26:
        tag, at = read_name(page, at)
        at = read_attributes(page, at, unquoted, found)
        close_element(tag, state, elements, stack, opened, blocks, text)
        return at
    return min(find_closer(page, at) + 1, page.size)


@inner
def _meta(page, state, found):
    """The longest of the descriptions: `description`, `og:description`, `twitter:description` end alike."""
    start, end = found[PROPERTY], found[PROPERTY + 1]
    if end - start < 11 or page[end - 1] != 110 or page[end - 11] | 32 != 100 or page[end - 5] != 112:
        return
    if found[CONTENT + 1] - found[CONTENT] > state[DESCRIPTION + 1] - state[DESCRIPTION]:
        state[DESCRIPTION], state[DESCRIPTION + 1] = found[CONTENT], found[CONTENT + 1]
