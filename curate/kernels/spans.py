"""Places in texts that shapes were found at, and which of them stand where shapes of two finders overlap."""

from typing import NamedTuple

import numpy as np

from curate.kernels.jit import inner, kernel

EMAIL, IP, PHONE, CARD, IBAN, KEY = range(6)
LEAST = 6  # bytes: a@b.co; no shape is shorter


class Spans(NamedTuple):
    """One row a place, in order; `named` is false for what is reserved for examples and private networks."""

    texts: np.ndarray  # int64[n], number of the text
    kinds: np.ndarray  # int8[n]
    named: np.ndarray  # bool[n]
    starts: np.ndarray  # int64[n], first byte in the data of all texts
    ends: np.ndarray  # int64[n]


def room(size: int) -> Spans:
    """Space for all that `size` bytes can hold; memory is taken only where something is found."""
    most = size // LEAST + 1
    return Spans(
        np.empty(most, np.int64), np.empty(most, np.int8), np.empty(most, np.bool_), np.empty(most, np.int64),
        np.empty(most, np.int64),
    )  # fmt: skip


def first(spans: Spans, count: int) -> Spans:
    return Spans(*(column[:count] for column in spans))


def merged(strong: Spans, weak: Spans) -> Spans:
    """Both, in order, without those of `weak` that overlap one of `strong`."""
    if not len(strong.starts) or not len(weak.starts):
        return strong if len(strong.starts) else weak
    clear = np.empty(len(weak.starts), np.bool_)
    _clear(strong.starts, strong.ends, weak.starts, weak.ends, clear)
    both = [np.concatenate([a, b[clear]]) for a, b in zip(strong, weak, strict=True)]
    order = np.argsort(both[3], kind="stable")
    return Spans(*(column[order] for column in both))


@inner
def add(spans, count, text, kind, named, start, end):
    spans.texts[count], spans.kinds[count], spans.named[count] = text, kind, named
    spans.starts[count], spans.ends[count] = start, end
    return count + 1


@kernel
def _clear(strong_starts, strong_ends, starts, ends, clear):
    at = 0
    for k in range(starts.size):
        while at < strong_ends.size and strong_ends[at] <= starts[k]:
            at += 1
        clear[k] = at == strong_starts.size or strong_starts[at] >= ends[k]
