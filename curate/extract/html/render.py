"""Blocks to text: paragraphs, headings and code with a blank line around them, items and rows on a line each.

Items of a list begin with `- ` or their number, two spaces further in for each list they lie in. Cells of a row are
parted by tabs, one a column, so empty cells count. Lines of code are as they were. Formulas come between dollars.
"""

import re
from collections.abc import Callable

import numpy as np

from curate.extract.html.layout import (
    BULLET,
    CODE,
    COLUMN,
    HEAD,
    INDENT,
    LISTED,
    MARK,
    PARAGRAPH,
    ROW,
    SORT,
)  # fmt: skip
from curate.extract.html.state import END, START
from curate.extract.html.tokenise import Page
from curate.kernels.jit import inner, kernel

_PLACEHOLDER = re.compile("\x1a([0-9]+)\x1a")
_ROOM = 2 + 16 + 14  # bytes around a block, at most: a gap, the indent, its mark


def render(page: Page, layout: np.ndarray, keep: np.ndarray, formula: Callable[[int], str]) -> str:
    """The text of the blocks in `keep`. `formula` gives that of a formula by its number."""
    out = np.empty(page.text.size + _ROOM * len(layout) + len(page.elements), np.uint8)
    size = _render(page.text, page.blocks, layout, keep, out)
    text = out[:size].tobytes().decode("utf-8", "replace")
    return _PLACEHOLDER.sub(lambda found: formula(int(found.group(1))), text) if len(page.formulas) else text


@kernel
def _render(text, blocks, layout, keep, out):
    to, last = np.int64(0), np.int64(-1)
    for b in range(blocks.shape[0]):
        if not keep[b]:
            continue
        in_row = layout[b, ROW] > 0
        if last >= 0 and in_row and layout[last, ROW] == layout[b, ROW]:
            for _ in range(layout[b, COLUMN] - layout[last, COLUMN]):
                out[to] = 9
                to += 1
        else:
            if last >= 0:
                for _ in range(_gap(layout[last], layout[b])):
                    out[to] = 10
                    to += 1
            if in_row and b + 1 < blocks.shape[0] and layout[b + 1, ROW] == layout[b, ROW]:
                for _ in range(layout[b, COLUMN]):
                    out[to] = 9
                    to += 1
            elif layout[b, SORT] == LISTED:
                to = _write_mark(out, to, layout[b, INDENT], layout[b, MARK])
        for at in range(blocks[b, START], blocks[b, END]):
            out[to] = 32 if in_row and text[at] == 10 else text[at]
            to += 1
        last = b
    return to


@inner
def _gap(above, below):
    """New lines between two blocks: one within a list, a table, a run of bare lines; else two."""
    if above[SORT] != below[SORT] or below[SORT] == PARAGRAPH or below[SORT] == HEAD or below[SORT] == CODE:
        return 2
    return 1


@inner
def _write_mark(out, to, indent, mark):
    for _ in range(2 * indent):
        out[to] = 32
        to += 1
    if mark == 0:
        return to
    if mark == BULLET:
        out[to] = 45
        to += 1
    else:
        digits, rest = 1, mark
        while rest >= 10:
            rest, digits = rest // 10, digits + 1
        for k in range(digits):
            out[to + digits - 1 - k] = 48 + mark % 10
            mark //= 10
        out[to + digits] = 46
        to += digits + 1
    out[to] = 32
    return to + 1
