"""Windows of like length together, in batches whose shape depends on the window's own length alone.

The same row of a matrix product comes out differently in the last bits when the matrix has another number of rows, and
a score near a half of a thousandth is then rounded to the other side. So a window of up to 32, 64, 96, 128, 192, 256,
384, 512 ... tokens is padded to that length, and each length has a fixed number of rows, a power of two; what is left
over at the end is filled with empty rows. Of one shape, a row's bits do not depend on its place or its neighbours. No
bit of 20 pages' scores differs read alone or with two threads; in plain batches 19 of them do (python -m
benchmarks.transformer_speed).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

SHORTEST = 32
TOKENS = {"cpu": 512, "cuda": 16_384}  # a batch: one window of 512 is all that a core's matrix products need


class Specials(NamedTuple):
    begin: int
    pad: int
    end: int


class Batch(NamedTuple):
    windows: np.ndarray  # which windows are in it; its further rows are empty
    ids: np.ndarray  # int64[rows, length]
    mask: np.ndarray  # bool[rows, length]


def fixed(windows: Sequence[np.ndarray], specials: Specials, tokens: int) -> Iterator[Batch]:
    """All windows, the shortest first, each in a batch of the shape of its length."""
    lengths = np.array([padded_length(len(window) + 2) for window in windows], np.int64)
    for length in np.unique(lengths).tolist():
        members = np.flatnonzero(lengths == length)
        for start in range(0, len(members), rows(length, tokens)):
            index = members[start : start + rows(length, tokens)]
            yield Batch(index, *padded([windows[k] for k in index], specials, length, rows(length, tokens)))


def padded(windows: Sequence[np.ndarray], specials: Specials, length: int, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Ids and mask, with <s> and </s> around each window. Empty rows attend to one padding, or they would be nan."""
    ids = np.full((rows, length), specials.pad, np.int64)
    mask = np.zeros((rows, length), bool)
    mask[:, 0] = True
    for row, window in enumerate(windows):
        ids[row, 0], ids[row, 1 : len(window) + 1], ids[row, len(window) + 1] = specials.begin, window, specials.end
        mask[row, : len(window) + 2] = True
    return ids, mask


def padded_length(tokens: int) -> int:
    """The least power of two, or one and a half times one, that holds them."""
    power = SHORTEST
    while power < tokens:
        if power * 3 // 2 >= tokens and power > SHORTEST:
            return power * 3 // 2
        power *= 2
    return power


def rows(length: int, tokens: int) -> int:
    """The greatest power of two of rows that hold at most so many tokens; one at least."""
    return 1 << max(tokens // length, 1).bit_length() - 1
