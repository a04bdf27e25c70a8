"""What lies around a block: sums over the elements that hold it, and over the elements that look like those.

Siblings of one tag and class are a group: the paragraphs of an article, the entries of a menu. So are all elements of
a page whose tag, class and parents' are the same. What a group holds together says more than a short block by itself.
"""

import numpy as np

from curate.extract.html.counts import COMMAS, FUNCTIONS, LETTERS, LINK_LETTERS, SENTENCES, WORDS
from curate.extract.html.state import OF, PARENT, SIGN
from curate.kernels.jit import inner

# columns of sums
TEXT, LINKED, PROSE, BLOCKS, STOPS, WORDS_IN, POINTS = range(7)
SUM_COLUMNS = 7
_PROSE_LETTERS = 60
_TURN = np.uint64(0x9E3779B97F4A7C15)


@inner
def is_prose(row):
    """A long block with few links."""
    return row[LETTERS] > _PROSE_LETTERS and row[LINK_LETTERS] < 0.4 * row[LETTERS]


@inner
def own_sums(counts, blocks, sums):
    """Fill float32[elements, SUM_COLUMNS] with those of the blocks that lie in the element itself."""
    for b in range(blocks.shape[0]):
        row, to = counts[b], sums[blocks[b, OF]]
        to[TEXT] += row[LETTERS]
        to[LINKED] += row[LINK_LETTERS]
        to[PROSE] += row[LETTERS] if is_prose(row) else np.float32(0)
        to[BLOCKS] += 1
        to[STOPS] += row[FUNCTIONS]
        to[WORDS_IN] += row[WORDS]
        to[POINTS] += row[SENTENCES] + row[COMMAS]


@inner
def add_up(sums, elements):
    """Sums over each element's whole content, in place."""
    for e in range(elements.shape[0] - 1, 0, -1):
        parent = elements[e, PARENT]
        for column in range(SUM_COLUMNS):
            sums[parent, column] += sums[e, column]


@inner
def best_element(own, elements):
    """The element whose children and grandchildren hold the most prose, the first of equals."""
    below = np.zeros(elements.shape[0], np.float32)
    for e in range(elements.shape[0] - 1, 0, -1):
        parent = elements[e, PARENT]
        below[parent] += own[e, PROSE]
        if parent:
            below[elements[parent, PARENT]] += np.float32(0.5) * own[e, PROSE]
    best, most = 0, np.float32(-1)
    for e in range(elements.shape[0]):
        weight = below[e] + np.float32(0.5) * own[e, PROSE]
        if weight > most:
            best, most = e, weight
    return best


@inner
def groups(elements, depth, within_parent):
    """int32[elements]: number of each element's group.

    By tag and class of the element and of `depth` elements above it; `within_parent`: siblings only.
    """
    size = 64
    while size < 2 * elements.shape[0]:
        size *= 2
    keys, numbers = np.zeros(size, np.uint64), np.zeros(size, np.int32)
    group = np.zeros(elements.shape[0], np.int32)
    found = 0
    for e in range(elements.shape[0]):
        key, above = np.uint64(elements[e, SIGN] + 1), elements[e, PARENT]
        if within_parent:
            key = key * _TURN + np.uint64(above)
        else:
            for _ in range(depth):
                key = key * _TURN + np.uint64(elements[above, SIGN])
                above = elements[above, PARENT]
        key |= np.uint64(1)
        place = np.int64(key * _TURN >> np.uint64(32)) & (size - 1)
        while keys[place] and keys[place] != key:
            place = (place + 1) & (size - 1)
        if not keys[place]:
            keys[place], numbers[place] = key, found
            found += 1
        group[e] = numbers[place]
    return group


@inner
def group_sums(group, sums):
    """float32[groups, SUM_COLUMNS + 1]: sums over the elements of a group; the last column counts them."""
    total = np.zeros((group.max() + 1, SUM_COLUMNS + 1), np.float32)
    for e in range(group.shape[0]):
        if sums[e, TEXT] > 0:
            for column in range(SUM_COLUMNS):
                total[group[e], column] += sums[e, column]
            total[group[e], SUM_COLUMNS] += 1
    return total
