"""Which blocks are main text: two stages of trees, and what goes along with a block that is.

The first stage sees counts and densities; the second sees them too, and what the first thinks of the blocks around.
Code and formulas near a kept block are kept, since the truth that the trees learn from holds little of either; a row of
data is kept whole or not at all. The confidence of a page is the F1 that its text has if the probabilities are right.
"""

import numpy as np

from curate.extract.html.context import CONTEXT, add_context
from curate.extract.html.counts import COUNT_COLUMNS, LETTERS, count
from curate.extract.html.features import FEATURES, KINDS, features
from curate.extract.html.layout import CELL, ROW
from curate.extract.html.state import HAS_FORMULA, IN_PRE, KIND, PARENT, TAG
from curate.extract.html.surroundings import SUM_COLUMNS
from curate.extract.html.tags import numbers
from curate.extract.html.tokenise import Page
from curate.extract.html.trees import Stages, Trees, add_answers, shipped, squash
from curate.kernels.intrinsics import borrowed
from curate.kernels.jit import inner, kernel

THRESHOLD = 0.6  # probability above which a block is kept
_NEAR = 3  # blocks
_ROW_GROUPS = numbers("thead tbody tfoot")
(_TH,) = numbers("th")
_SHARE_OF_HIGHEST = np.float32(0.7)  # kept where no block is above the threshold


def main_blocks(
    page: Page, layout: np.ndarray, stages: Stages | None = None, threshold: float = THRESHOLD
) -> tuple[np.ndarray, float]:
    """(bool[blocks], confidence), by the trees of the package unless others are given."""
    keep = np.zeros(len(page.blocks), np.bool_)
    if not len(keep):
        return keep, 0.0
    confidence = _classify(*_arrays(page), *_room(page), layout, *(stages or shipped()), threshold, keep)
    return keep, round(float(confidence), 3)


def block_features(page: Page) -> tuple[np.ndarray, np.ndarray]:
    """(rows of features, counts), for fitting trees. The context is still 0: that is `with_context`'s."""
    room = _room(page)
    _features(*_arrays(page), *room)
    return room[-1], room[0]


def with_context(page: Page, rows: np.ndarray, counts: np.ndarray, first: Trees) -> np.ndarray:
    """Rows for the second stage."""
    rows = rows.copy()
    _add_context(page.blocks, page.elements, counts, first, rows)
    return rows


def _arrays(page: Page) -> tuple[np.ndarray, ...]:
    return page.source, page.state, page.text, page.elements, page.blocks


def _room(page: Page) -> tuple[np.ndarray, ...]:
    """counts, own, sums, near, rows: made here so that kernels can do without counting references to them."""
    blocks, elements = len(page.blocks), len(page.elements)
    own, sums = np.zeros((2, elements, SUM_COLUMNS), np.float32)
    near, counts = np.empty((elements, KINDS), np.uint8), np.zeros((blocks, COUNT_COLUMNS), np.float32)
    return counts, own, sums, near, np.zeros((blocks, FEATURES + CONTEXT), np.float32)


@kernel
def _classify(
    page, state, text, elements, blocks, counts, own, sums, near, rows, layout, first, second, threshold, keep
):
    _fill(page, state, text, elements, blocks, counts, own, sums, near, rows)
    counts, rows, blocks, elements = borrowed(counts), borrowed(rows), borrowed(blocks), borrowed(elements)
    probability = np.zeros(blocks.shape[0], np.float32)
    _ask(rows, first, probability)
    add_context(probability, counts, blocks, elements, rows, FEATURES)
    _ask(rows, second, probability)
    choose(probability, counts, elements, blocks, layout, threshold, keep)
    return _confidence(probability, counts, keep)


@inner
def _fill(page, state, text, elements, blocks, counts, own, sums, near, rows):
    page, state, text = borrowed(page), borrowed(state), borrowed(text)
    elements, blocks, counts = borrowed(elements), borrowed(blocks), borrowed(counts)
    own, sums, near, rows = borrowed(own), borrowed(sums), borrowed(near), borrowed(rows)
    count(page, state, text, blocks, counts)
    features(page, state, elements, blocks, counts, own, sums, near, rows)


@kernel
def _features(page, state, text, elements, blocks, counts, own, sums, near, rows):
    _fill(page, state, text, elements, blocks, counts, own, sums, near, rows)


@kernel
def _add_context(blocks, elements, counts, first, rows):
    probability = np.zeros(blocks.shape[0], np.float32)
    _ask(rows, first, probability)
    add_context(probability, counts, blocks, elements, rows, FEATURES)


@inner
def _ask(rows, trees, probability):
    scores = np.zeros(rows.shape[0], np.float64)
    add_answers(rows, trees, scores)
    for b in range(rows.shape[0]):
        probability[b] = squash(scores[b])


@inner
def choose(probability, counts, elements, blocks, layout, threshold, keep):
    sure = np.zeros(blocks.shape[0], np.bool_)
    start = 0
    for b in range(blocks.shape[0]):
        row = layout[b, ROW]
        if not row or b == 0 or layout[b - 1, ROW] != row:
            start = b
        if b + 1 < blocks.shape[0] and row and layout[b + 1, ROW] == row:
            continue
        likely, letters = 0.0, 0.0
        for cell in range(start, b + 1):
            likely += probability[cell] * counts[cell, LETTERS]
            letters += counts[cell, LETTERS]
        for cell in range(start, b + 1):
            sure[cell] = likely > threshold * letters
    if not sure.any():  # a page with text has a text
        highest = probability.max()
        for b in range(blocks.shape[0]):
            sure[b] = probability[b] >= _SHARE_OF_HIGHEST * highest
    _keep_headers(elements, layout, sure)
    for b in range(blocks.shape[0]):
        keep[b] = sure[b]
        if blocks[b, KIND] & (IN_PRE | HAS_FORMULA):
            for other in range(max(b - _NEAR, 0), min(b + _NEAR + 1, blocks.shape[0])):
                keep[b] |= sure[other]


@inner
def _keep_headers(elements, layout, sure):
    """The row of headers that begins a table, where the next is kept: a word or two say little to judge them by."""
    for b in range(sure.shape[0] - 2, -1, -1):
        row, below = layout[b, ROW], layout[b + 1, ROW]
        if not row or not below or sure[b] or not sure[b + 1]:
            continue
        table = _table(elements, row)
        if elements[layout[b, CELL], TAG] != _TH or table != _table(elements, below):
            continue
        first = b
        while first > 0 and layout[first - 1, ROW] == row:
            first -= 1
        above = layout[first - 1, ROW] if first > 0 else 0
        if not above or _table(elements, above) != table:
            sure[first : b + 1] = True


@inner
def _table(elements, row):
    """The table of a row, or what holds its rows together."""
    parent = elements[row, PARENT]
    return elements[parent, PARENT] if elements[parent, TAG] in _ROW_GROUPS else parent


@inner
def _confidence(probability, counts, keep):
    right, kept, wanted = 0.0, 0.0, 0.0
    for b in range(keep.shape[0]):
        letters = counts[b, LETTERS]
        wanted += letters * probability[b]
        if keep[b]:
            right += letters * probability[b]
            kept += letters
    return 2 * right / max(kept + wanted, 1e-9)
