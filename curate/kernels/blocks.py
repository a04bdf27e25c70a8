"""Where to load the 64 bytes at a place of an array without touching what lies behind it."""

import numpy as np

from curate.kernels.intrinsics import LANES
from curate.kernels.jit import inner

ALL = np.uint64(0xFFFFFFFFFFFFFFFF)


@inner
def block(data, at, end):
    """(place to load from, shift, valid): `masks >> shift & valid` are those of data[at:min(at + 64, end)].

    The last bytes of the array are found at the end of a block that begins before them; it has 64 at least.
    """
    base = min(at, data.size - LANES)
    return base, np.uint64(at - base), ALL >> np.uint64(max(at + LANES - end, 0))
