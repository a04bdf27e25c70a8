"""Memory for the large arrays of a batch, kept for the next one.

A fresh array of megabytes is fresh pages of the kernel's, zeroed one fault at a time: without them a scan takes a third
less time, Gopher's two tables a sixth. So each thread keeps one block a name, and `empty` cuts an array from it when
nobody holds the array before; else it takes a new block, so no caller ever sees its numbers change. Costs the memory
of the largest batch of the process, up to 32 MiB a name. To measure it, use a process each: in one, malloc is warm.
"""

import sys
import threading

import numpy as np
from numpy.typing import DTypeLike

KEPT = 32 << 20
_thread = threading.local()


def empty(name: str, size: int, kind: DTypeLike) -> np.ndarray:
    """An array of `size` numbers, of any value, that is the caller's for as long as it is held."""
    blocks: dict[str, np.ndarray] = _thread.__dict__.setdefault("blocks", {})
    length = size * np.dtype(kind).itemsize
    if length > KEPT:
        return np.empty(size, kind)
    block = blocks.get(name)
    # Held by the dictionary, by `block` and by the argument; any more is an array cut from it, or a view of one.
    if block is None or block.size < length or sys.getrefcount(block) > 3:
        block = blocks[name] = np.empty(min(KEPT, length + length // 4 + 64), np.uint8)
    return block[:length].view(kind)
