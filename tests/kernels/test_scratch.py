"""Memory is used again when nobody holds it, and never while somebody does."""

import gc
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa

from curate.kernels import scratch
from curate.kernels.scan import scan


def address(array: np.ndarray) -> int:
    return array.__array_interface__["data"][0]


def test_memory_is_used_again_once_nobody_holds_it():
    first = address(scratch.empty("again", 1000, np.int64))
    gc.collect()
    second = scratch.empty("again", 900, np.int32)
    assert (address(second), second.size, second.dtype) == (first, 900, np.int32)


def test_an_array_or_a_view_of_it_that_is_held_stays_as_it_is():
    held = scratch.empty("held", 1000, np.int64)[10:20]
    held[:] = 7
    for size in (1000, 10, 5000):
        scratch.empty("held", size, np.int64)[:] = 1
    assert held.tolist() == [7] * 10


def test_two_scans_at_a_time_do_not_disturb_each_other():
    one, two = scan(pa.array(["a b c\nd", "e f"])), scan(pa.array(["one two three four five six seven"]))
    assert one.word_starts.tolist() == [0, 2, 4, 6, 7, 9]
    assert two.word_starts.tolist() == [0, 4, 8, 14, 19, 24, 28]


def test_threads_share_no_memory():
    mine = scratch.empty("thread", 100, np.uint8)
    with ThreadPoolExecutor(1) as pool:
        theirs = pool.submit(lambda: address(scratch.empty("thread", 100, np.uint8))).result()
    assert theirs != address(mine)


def test_huge_arrays_are_not_kept():
    size = scratch.KEPT + 1
    first = scratch.empty("huge", size, np.uint8)
    assert first.size == size and first.base is None
