"""How often each of many 64-bit hashes occurs, in ascending order, without sorting them.

Radix partitions small enough for the cache (2^13 at most), then in each an open table whose slots follow the order of
the hashes and whose neighbours are kept in order (Amble and Knuth 1974), so that reading it out is the sorted set.
It leans on hashes being uniform: a partition whose keys crowd together is sorted instead, so any input is counted, only
slower. Memory: the partitions, as large as the input, and the result.
"""

from __future__ import annotations

import numpy as np

from curate.kernels.jit import inner, kernel

PARTITION, MOST_BITS = 1 << 12, 13
# At half load a key is a few slots from its own; so far only where they are not uniform.
LIMIT = 128
ONE = np.uint64(1)


def radix_count(hashes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(unique ascending, int64 counts) of uint64 hashes, without 0."""
    read_only = np.ascontiguousarray(hashes, np.uint64).view()
    read_only.flags.writeable = False
    parts = 1 << min(MOST_BITS, max(0, (len(hashes) // PARTITION).bit_length()))
    starts, low_bits = _partition_starts(read_only, parts)
    parted, most = np.empty(starts[-1], np.uint64), int(np.diff(starts).max())
    _scatter(read_only, low_bits, starts[:-1].copy(), parted)
    slots = (2 << (2 * most).bit_length()) + LIMIT
    unique, counts = np.empty(starts[-1] + 1, np.uint64), np.empty(starts[-1] + 1, np.int64)
    used = _count(parted, starts, low_bits, np.zeros(slots, np.uint64), np.zeros(slots, np.uint32), unique, counts)
    return unique[:used], counts[:used]


@kernel
def _partition_starts(hashes, parts):
    """(first place of each partition and the end of all, bits of a hash below those that name its partition)."""
    either, all_of = ONE - ONE, ~(ONE - ONE)
    for h in hashes:
        either |= h
        all_of &= h if h else all_of
    low_bits = 0
    while low_bits < 64 and (either & ~all_of) >> np.uint64(low_bits):
        low_bits += 1
    part_bits = 0
    while 1 << part_bits < parts:
        part_bits += 1
    low_bits = max(low_bits - part_bits, 0)
    starts = np.zeros(parts + 1, np.int64)
    for h in hashes:
        if h:
            starts[_part(h, low_bits, parts) + 1] += 1
    for part in range(parts):
        starts[part + 1] += starts[part]
    return starts, low_bits


@inner
def _part(h, low_bits, parts):
    """Hashes have the bits above these in common."""
    return np.int64(h >> np.uint64(low_bits) & np.uint64(parts - 1)) if low_bits < 64 else 0


@kernel
def _scatter(hashes, low_bits, places, parted):
    for h in hashes:
        if h:
            part = _part(h, low_bits, places.size)
            parted[places[part]] = h
            places[part] += 1


@kernel
def _count(parted, starts, low_bits, keys, times, unique, counts):
    used = 0
    for part in range(starts.size - 1):
        some = parted[starts[part] : starts[part + 1]]
        size_bits = 1
        while 1 << size_bits < 2 * some.size:
            size_bits += 1
        slots = (1 << size_bits) + LIMIT
        if _tabulate(some, low_bits, size_bits, keys, times, slots):
            used = _read_out(keys, times, slots, unique, counts, used)
        else:
            keys[:slots] = 0
            used = _sort_out(some, unique, counts, used)
    return used


@inner
def _tabulate(some, low_bits, size_bits, keys, times, slots):
    """Count `some` in the first `slots` of the table; False if they crowd."""
    below = (ONE << np.uint64(low_bits)) - ONE if low_bits < 64 else ~(ONE - ONE)
    shift = np.uint64(max(low_bits - size_bits, 0))
    for h in some:
        home = np.int64((h & below) >> shift)
        slot = home
        while (keys[slot] != 0) & (keys[slot] < h):
            slot += 1
        if keys[slot] != h:
            free = slot
            while keys[free] != 0:
                free += 1
            if free - home >= LIMIT or free >= slots - 1:
                return False
            while free > slot:
                keys[free], times[free] = keys[free - 1], times[free - 1]
                free -= 1
            keys[slot], times[slot] = h, 0
        times[slot] += 1
    return True


@inner
def _read_out(keys, times, slots, unique, counts, used):
    """Append what the table holds, and empty it."""
    for slot in range(slots):
        unique[used], counts[used] = keys[slot], times[slot]
        used += keys[slot] != 0
        keys[slot] = 0
    return used


@inner
def _sort_out(some, unique, counts, used):
    ordered = np.sort(some)
    for at in range(ordered.size):
        if at == 0 or ordered[at] != ordered[at - 1]:
            unique[used], counts[used] = ordered[at], 0
            used += 1
        counts[used - 1] += 1
    return used
