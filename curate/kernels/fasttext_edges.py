"""Where the words of a text begin and end for a fastText model: between white space, or with signs apart.

fastText's words stand between its seven white-space bytes. For a model trained on text whose ASCII punctuation was set
apart, each sign is a word of its own too: the same words as of a text with a space on either side of each sign, without
writing that text.
"""

import string

import numpy as np

from curate.kernels.blocks import block
from curate.kernels.intrinsics import LANES, byte_classes, lowest
from curate.kernels.jit import inlined

SPACES = byte_classes(b" \n\r\t\v\f\0")
SPACES_AND_SIGNS = byte_classes(b" \n\r\t\v\f\0", string.punctuation.encode())
ONE = np.uint64(1)
EDGES = 2  # at most so many places a byte, where each is a sign, and two more behind the last


@inlined
def edges(data, start, end, apart, places):
    """Write where each word begins and ends, from `start`; the number of words."""
    return _with_signs_apart(data, start, end, places) if apart else _between_spaces(data, start, end, places)


@inlined
def _between_spaces(data, start, end, places):
    found, carry = 0, ONE - ONE
    for at in range(start, end, LANES):
        base, shift, valid = block(data, at, end)
        (spaces,) = SPACES(data, base)
        inside = ~spaces >> shift & valid
        edge = inside ^ (inside << ONE | carry)
        carry = inside >> np.uint64(63)
        while edge:
            places[found] = at - start + lowest(edge)
            found += 1
            edge &= edge - ONE
    places[found] = end - start
    return found + 1 >> 1


@inlined
def _with_signs_apart(data, start, end, places):
    """Where a word ends the next may begin: such a place is written twice."""
    found, in_word, in_sign = 0, ONE - ONE, ONE - ONE
    for at in range(start, end, LANES):
        base, shift, valid = block(data, at, end)
        spaces, signs = SPACES_AND_SIGNS(data, base)
        signs = signs >> shift & valid
        words = ~spaces >> shift & valid & ~signs
        before = words << ONE | in_word
        starts, ends = signs | words & ~before, signs << ONE | in_sign | before & ~words
        in_word, in_sign = words >> np.uint64(63), signs >> np.uint64(63)
        edge, both = starts | ends, starts & ends
        while edge:
            place = lowest(edge)
            places[found] = at - start + place
            found += 1
            if both >> np.uint64(place) & ONE:
                places[found] = at - start + place
                found += 1
            edge &= edge - ONE
    places[found] = end - start
    return found + 1 >> 1
