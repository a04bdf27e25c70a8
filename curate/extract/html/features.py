"""Numbers that say whether a block belongs to the main text: counts, densities, places. No word of any page is in them.

Per block: its own counts; families of class and id words and kinds of elements around it, by distance; shares of the
page's text, links and prose in the elements that hold it; what its siblings and look-alikes hold; where it stands in
the page and to the element with the most prose; the blocks before and after it; the page as a whole. No logarithms:
trees need none, and they differ between machines.
"""

import numpy as np

from curate.extract.html.counts import (
    CAPITALS,
    COLONS,
    COMMAS,
    DIGITS,
    ENDS_SENTENCE,
    FOREIGN,
    FUNCTIONS,
    FURNITURES,
    IN_BODY,
    IN_DESCRIPTION,
    IN_TITLE,
    LETTERS,
    LINK_LETTERS,
    MARKS,
    SENTENCES,
    WORDS,
)  # fmt: skip
from curate.extract.html.hints import COUNT as FAMILIES
from curate.extract.html.state import (
    BITS,
    BODY,
    DEPTH,
    HAS_BREAK,
    HAS_FORMULA,
    IN_PRE,
    KIND,
    OF,
    PARENT,
    TAG,
)
from curate.extract.html.surroundings import (
    BLOCKS,
    LINKED,
    POINTS,
    PROSE,
    STOPS,
    SUM_COLUMNS,
    TEXT,
    WORDS_IN,
    add_up,
    best_element,
    group_sums,
    groups,
    own_sums,
)  # fmt: skip
from curate.extract.html.tags import HEADING, NAMES, NUMBER
from curate.kernels.jit import inner

AROUND = """
article main nav header footer aside section form table li figure figcaption blockquote pre dl address a p
""".split()  # noqa: SIM905
NEAR, _LEVELS, _LEVEL_COLUMNS, _WINDOW, _WINDOW_COLUMNS, _GROUP_COLUMNS = 28, 5, 6, 4, 4, 6
_FAR = 12  # distances beyond it are alike
_GROUPS = 3
HINTED = NEAR + len(AROUND)
LEVELS = HINTED + FAMILIES + 1  # the last family: itemprop=articleBody
GROUPED = LEVELS + _LEVELS * _LEVEL_COLUMNS
PLACED = GROUPED + _GROUPS * _GROUP_COLUMNS
NEIGHBOURS = PLACED + 14
PAGE = NEIGHBOURS + 2 * _WINDOW * _WINDOW_COLUMNS
FEATURES = PAGE + 9

_AROUND = np.full(len(NAMES), -1, np.int64)
_AROUND[[NUMBER[name] for name in AROUND]] = np.arange(len(AROUND))
_H1 = NUMBER["h1"]
_FIRST_FAMILY, KINDS = len(AROUND), len(AROUND) + FAMILIES + 1


@inner
def features(page, state, elements, blocks, counts, own, sums, near, rows):
    """Fill float32[blocks, FEATURES + CONTEXT] up to FEATURES."""
    own_sums(counts, blocks, own)
    sums[:] = own
    add_up(sums, elements)
    _distances(elements, near)
    best = best_element(own, elements)
    for b in range(blocks.shape[0]):
        _own(counts[b], blocks[b], elements, rows[b])
        element = blocks[b, OF]
        for k in range(near.shape[1]):
            rows[b, NEAR + k] = near[element, k]
        _levels(element, elements, sums, rows[b])
    _groups(elements, blocks, own, sums, rows)
    _places(elements, blocks, counts, own, sums, best, rows)
    _neighbours(counts, blocks, rows)
    _page(page, state, elements, sums, blocks, counts, best, rows)


@inner
def _own(row, block, elements, to):
    letters, words, element = max(row[LETTERS], np.float32(1)), max(row[WORDS], np.float32(1)), block[OF]
    to[0], to[1], to[2] = row[LETTERS], row[WORDS], row[LINK_LETTERS] / letters
    to[3], to[4], to[5] = row[SENTENCES], row[COMMAS] / words, row[DIGITS] / letters
    to[6], to[7], to[8] = row[CAPITALS] / words, row[FUNCTIONS] / words, row[FURNITURES]
    to[9], to[10], to[11] = row[FURNITURES] / words, row[MARKS] / letters, row[FOREIGN] / letters
    to[12], to[13], to[14] = row[IN_TITLE] / words, row[IN_DESCRIPTION] / words, row[IN_BODY] / words
    to[15], to[16], to[17] = row[ENDS_SENTENCE], row[COLONS], row[FUNCTIONS]
    to[18], to[19] = block[KIND] & IN_PRE, (block[KIND] & HAS_FORMULA) != 0
    to[20] = (block[KIND] & HAS_BREAK) != 0
    to[21], to[22] = min(elements[element, DEPTH], 60), elements[element, TAG]
    to[23] = elements[elements[element, PARENT], TAG]
    to[24] = HEADING[elements[element, TAG]]
    to[25] = letters / words
    to[26] = row[SENTENCES] / words
    to[27] = row[IN_TITLE]


@inner
def _distances(elements, near):
    """Of each element, how far above it the nearest of each kind and family is, itself included; _FAR if none is."""
    near[0] = _FAR
    for e in range(1, elements.shape[0]):
        parent = elements[e, PARENT]
        for k in range(KINDS):
            near[e, k] = min(near[parent, k] + 1, _FAR)
        kind = _AROUND[elements[e, TAG]]
        if kind >= 0:
            near[e, kind] = 0
        bits = elements[e, BITS]
        k = _FIRST_FAMILY
        while bits:
            if bits & 1:
                near[e, k] = 0
            bits >>= 1
            k += 1


@inner
def _levels(element, elements, sums, to):
    text, prose = max(sums[0, TEXT], np.float32(1)), max(sums[0, PROSE], np.float32(1))
    at = LEVELS
    for _ in range(_LEVELS):
        inside = max(sums[element, TEXT], np.float32(1))
        to[at], to[at + 1] = sums[element, TEXT] / text, sums[element, LINKED] / inside
        to[at + 2], to[at + 3] = sums[element, PROSE] / inside, sums[element, BLOCKS]
        to[at + 4] = sums[element, PROSE] / prose
        to[at + 5] = sums[element, STOPS] / max(sums[element, WORDS_IN], np.float32(1))
        at += _LEVEL_COLUMNS
        element = elements[element, PARENT]


@inner
def _groups(elements, blocks, own, sums, rows):
    """Siblings of the element and of its parent, and what looks alike in the whole page."""
    siblings, alike = groups(elements, 0, True), groups(elements, 2, False)
    of_siblings, of_alike = group_sums(siblings, sums), group_sums(alike, own)
    for b in range(blocks.shape[0]):
        element = blocks[b, OF]
        _group(of_siblings[siblings[element]], rows[b], GROUPED)
        _group(of_siblings[siblings[elements[element, PARENT]]], rows[b], GROUPED + _GROUP_COLUMNS)
        _group(of_alike[alike[element]], rows[b], GROUPED + 2 * _GROUP_COLUMNS)


@inner
def _group(total, to, at):
    text, members = max(total[TEXT], np.float32(1)), max(total[SUM_COLUMNS], np.float32(1))
    to[at], to[at + 1] = total[SUM_COLUMNS], total[TEXT] / members
    to[at + 2], to[at + 3] = total[LINKED] / text, total[PROSE] / text
    to[at + 4] = total[STOPS] / max(total[WORDS_IN], np.float32(1))
    to[at + 5] = total[POINTS] / text


@inner
def _places(elements, blocks, counts, own, sums, best, rows):
    """Where the block stands in the page, to the last <h1>, and to the element with the most prose."""
    count = blocks.shape[0]
    inside = np.zeros(elements.shape[0], np.int8)
    parent = elements[best, PARENT]
    above = elements[parent, PARENT]
    for e in range(elements.shape[0]):
        inside[e] = inside[elements[e, PARENT]] if e else 0
        level = 3 if e == best else 2 if e == parent else 1 if e == above else 0
        inside[e] = max(inside[e], level)
    first, last, heading, total, seen = count, -1, -1, max(sums[0, TEXT], np.float32(1)), np.float32(0)
    longest, most = 0, np.float32(-1)
    for b in range(count):
        if inside[blocks[b, OF]] == 3:
            first, last = min(first, b), b
        if counts[b, LETTERS] - counts[b, LINK_LETTERS] > most:
            longest, most = b, counts[b, LETTERS] - counts[b, LINK_LETTERS]
    for b in range(count):
        to = rows[b]
        element = blocks[b, OF]
        if elements[element, TAG] == _H1:
            heading = b
        to[PLACED], to[PLACED + 1] = b / count, seen / total
        seen += counts[b, LETTERS]
        to[PLACED + 2] = min(b - heading, 200) if heading >= 0 else -1
        to[PLACED + 3] = inside[element]
        to[PLACED + 4], to[PLACED + 5] = max(min(b - first, 100), -100), max(min(last - b, 100), -100)
        to[PLACED + 6] = max(min(b - longest, 100), -100)
        to[PLACED + 7] = own[element, PROSE]
        to[PLACED + 8] = b > 0 and blocks[b - 1, OF] == element
        to[PLACED + 9] = own[element, BLOCKS]
        to[PLACED + 10] = elements[element, PARENT] == best or element == best
        to[PLACED + 11] = own[element, TEXT]
        to[PLACED + 12] = sums[best, PROSE] / max(sums[0, PROSE], np.float32(1))
        to[PLACED + 13] = count - b


@inner
def _neighbours(counts, blocks, rows):
    count = blocks.shape[0]
    for b in range(count):
        at = NEIGHBOURS
        for away in range(-_WINDOW, _WINDOW + 1):
            if away == 0:
                continue
            other = b + away
            if 0 <= other < count:
                rows[b, at], rows[b, at + 1] = rows[other, 0], rows[other, 2]
                rows[b, at + 2], rows[b, at + 3] = rows[other, 7], rows[other, PLACED + 3]
            else:
                rows[b, at] = -1
            at += _WINDOW_COLUMNS


@inner
def _page(page, state, elements, sums, blocks, counts, best, rows):
    text, linked, prose = max(sums[0, TEXT], np.float32(1)), sums[0, LINKED], sums[0, PROSE]
    headings, body = 0, np.float32(0)
    for b in range(blocks.shape[0]):
        headings += HEADING[elements[blocks[b, OF], TAG]]
        body += counts[b, IN_BODY]
    for b in range(blocks.shape[0]):
        to = rows[b]
        to[PAGE], to[PAGE + 1], to[PAGE + 2] = text, prose / text, linked / text
        to[PAGE + 3], to[PAGE + 4] = blocks.shape[0], headings / blocks.shape[0]
        to[PAGE + 5] = state[BODY + 1] - state[BODY]
        to[PAGE + 6] = body / max(sums[0, WORDS_IN], np.float32(1))
        to[PAGE + 7] = sums[0, STOPS] / max(sums[0, WORDS_IN], np.float32(1))
        window_text, window_linked = np.float32(0), np.float32(0)
        for other in range(max(b - 8, 0), min(b + 9, blocks.shape[0])):
            window_text += counts[other, LETTERS]
            window_linked += counts[other, LINK_LETTERS]
        to[PAGE + 8] = window_linked / max(window_text, np.float32(1))
