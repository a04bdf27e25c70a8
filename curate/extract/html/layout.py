"""Where a block stands: in which cell of which row, in which item of which list, and what it is.

Worked out from the elements, parents first, so in one pass over each table.
"""

import numpy as np

from curate.extract.html.state import END, IN_PRE, KIND, OF, PARENT, START, TAG
from curate.extract.html.tags import HEADING, LIST, numbers
from curate.kernels.jit import inner, kernel

# columns of a layout
CELL, ROW, COLUMN, ITEM, MARK, INDENT, SORT = 0, 1, 2, 3, 4, 5, 6
LAYOUT_COLUMNS = 7
LINE, PARAGRAPH, HEAD, LISTED, TABLED, CODE = range(6)  # SORT
BULLET = -1  # MARK of an unordered item; that of an ordered one is its number, 0 is no mark

_LONGEST_ROW = 2_000  # bytes; beyond it a row is text that a table lays out
_DEEPEST_INDENT = 8
_LI, _DT, _DD, _OL, _TR = numbers("li dt dd ol tr")
_TD, _TH, _P, _BLOCKQUOTE, _TABLE = numbers("td th p blockquote table")


@kernel
def lay_out(elements, blocks):
    """int32[blocks, LAYOUT_COLUMNS]. ROW is 0 where a row is no row of data."""
    inherited = _inherit(elements)
    layout = np.zeros((blocks.shape[0], LAYOUT_COLUMNS), np.int32)
    marked = np.zeros(elements.shape[0], np.bool_)
    for b in range(blocks.shape[0]):
        element = blocks[b, OF]
        tag = elements[element, TAG]
        layout[b, CELL], layout[b, ROW] = inherited[element, 0], inherited[element, 1]
        layout[b, COLUMN], item = inherited[inherited[element, 0], 2], inherited[element, 3]
        layout[b, ITEM], layout[b, INDENT] = item, min(max(inherited[element, 4] - 1, 0), _DEEPEST_INDENT)
        if item and not marked[item]:
            marked[item] = True
            layout[b, MARK] = inherited[item, 5]
        if blocks[b, KIND] & IN_PRE:
            layout[b, SORT] = CODE
        elif HEADING[tag]:
            layout[b, SORT] = HEAD
        elif item:
            layout[b, SORT] = LISTED
        elif inherited[element, 0]:
            layout[b, SORT] = TABLED
        elif tag in (_P, _BLOCKQUOTE):
            layout[b, SORT] = PARAGRAPH
    _keep_data_rows(elements, blocks, layout)
    return layout


@inner
def _inherit(elements):
    """Of each element: cell, row, number of its column, item, depth of lists, mark; the first two and ITEM are rows of
    `elements`, 0 where it lies in none."""
    found = np.zeros((elements.shape[0], 6), np.int32)
    counted = np.zeros(elements.shape[0], np.int32)
    for e in range(1, elements.shape[0]):
        parent, tag = elements[e, PARENT], elements[e, TAG]
        for column in (0, 1, 3, 4):
            found[e, column] = found[parent, column]
        if tag == _TABLE:
            found[e, 0] = found[e, 1] = 0
        elif tag == _TR:
            found[e, 0], found[e, 1] = 0, e
        elif tag in (_TD, _TH):
            found[e, 0], found[e, 2] = e, counted[parent]
            counted[parent] += 1
        elif LIST[tag]:
            found[e, 4] += 1
        elif tag in (_LI, _DT, _DD):
            found[e, 3] = e
            counted[parent] += 1
            if tag == _LI:
                found[e, 5] = counted[parent] if elements[parent, TAG] == _OL else BULLET
    return found


@inner
def _keep_data_rows(elements, blocks, layout):
    """A row is one of data where each of its cells holds one block, no code, and they are not long together."""
    size = np.zeros(elements.shape[0], np.int32)
    broken = np.zeros(elements.shape[0], np.bool_)
    in_cell = np.zeros(elements.shape[0], np.bool_)
    for b in range(blocks.shape[0]):
        row, cell = layout[b, ROW], layout[b, CELL]
        size[row] = min(size[row] + blocks[b, END] - blocks[b, START], _LONGEST_ROW + 1)
        if in_cell[cell] or layout[b, SORT] == CODE or not cell or size[row] > _LONGEST_ROW:
            broken[row] = True
        in_cell[cell] = True
    for b in range(blocks.shape[0]):
        if broken[layout[b, ROW]]:
            layout[b, ROW] = 0
