"""What the first stage thinks of the blocks around a block: features of the second stage."""

import numpy as np

from curate.extract.html.counts import LETTERS
from curate.extract.html.state import OF, PARENT
from curate.kernels.jit import inner

_REACH, _LEVELS = 7, 5
_WIDTHS = (3, 10, 25)
CONTEXT = 2 * _REACH + 1 + _LEVELS + len(_WIDTHS) + 3


@inner
def add_context(probability, counts, blocks, elements, to, first):
    """Write to[:, first : first + CONTEXT]."""
    count = blocks.shape[0]
    letters, likely = np.zeros(elements.shape[0], np.float32), np.zeros(elements.shape[0], np.float32)
    running = np.zeros((count + 1, 2), np.float64)
    highest = np.float32(0)
    for b in range(count):
        weight = counts[b, LETTERS]
        letters[blocks[b, OF]] += weight
        likely[blocks[b, OF]] += weight * probability[b]
        running[b + 1, 0] = running[b, 0] + weight
        running[b + 1, 1] = running[b, 1] + weight * probability[b]
        highest = max(highest, probability[b])
    for e in range(elements.shape[0] - 1, 0, -1):
        letters[elements[e, PARENT]] += letters[e]
        likely[elements[e, PARENT]] += likely[e]
    for b in range(count):
        at = first
        for other in range(b - _REACH, b + _REACH + 1):
            to[b, at] = probability[other] if 0 <= other < count else -1
            at += 1
        element = blocks[b, OF]
        for _ in range(_LEVELS):
            to[b, at] = likely[element] / max(letters[element], np.float32(1))
            element = elements[element, PARENT]
            at += 1
        for width in _WIDTHS:
            low, high = max(b - width, 0), min(b + width + 1, count)
            to[b, at] = (running[high, 1] - running[low, 1]) / max(running[high, 0] - running[low, 0], 1.0)
            at += 1
        to[b, at] = running[count, 1] / max(running[count, 0], 1.0)
        to[b, at + 1] = highest
        to[b, at + 2] = running[b, 1] / max(running[count, 1], 1.0)
