"""Personal data and secrets in texts: the shapes that `curate.signals.pii` describes, matched without backtracking.

Three finders, each of which looks only at places where its shapes may begin; where two shapes overlap a key wins over
a mail address, and that over a number.
"""

import numpy as np
import pyarrow as pa

from curate.kernels.buffers import Texts, buffers
from curate.kernels.jit import inner, kernel
from curate.kernels.mails import find_mails
from curate.kernels.numbers import find_numbers
from curate.kernels.scan import Scan
from curate.kernels.secrets import find_secrets
from curate.kernels.spans import Spans, merged

KINDS = ("email", "ip", "phone", "card", "iban", "key")  # in the order of the numbers in spans.py


def find(data: np.ndarray, offsets: np.ndarray) -> Spans:
    """Every place of every kind, in order; none overlaps another."""
    mails, numbers, secrets = (of(data, offsets) for of in (find_mails, find_numbers, find_secrets))
    return merged(merged(secrets, mails), numbers)


def count(scan: Scan) -> np.ndarray:
    """int64[n, 6]: places of each kind in each text."""
    spans, n = find(scan.data, scan.offsets), len(KINDS)
    return np.bincount(spans.texts * n + spans.kinds, minlength=n * len(scan.chars)).reshape(-1, n)


def replace(texts: Texts, tokens: dict[str, str]) -> tuple[pa.Array, np.ndarray, np.ndarray]:
    """(texts with a token in place of each value of its kinds, int64[n, 6] values, int64[n, 6] characters they had).

    What is reserved for examples and private networks names no one and stays.
    """
    return _replaced_in(texts, tokens, False)


def lines_kept(texts: Texts, tokens: dict[str, str]) -> pa.Array:
    """As `replace`, with the line ends of a value behind its token."""
    return _replaced_in(texts, tokens, True)[0]


def _replaced_in(texts: Texts, tokens: dict[str, str], lines: bool) -> tuple[pa.Array, np.ndarray, np.ndarray]:
    data, offsets = buffers(texts)
    spans = find(data, offsets)
    chosen = np.array([kind in tokens for kind in KINDS])
    stays = chosen[spans.kinds] & spans.named
    spans = Spans(*(column[stays] for column in spans))
    octets = [tokens.get(kind, "").encode() for kind in KINDS]
    bounds = np.cumsum([0, *map(len, octets)]).astype(np.int64)
    grows = np.diff(bounds)[spans.kinds] - (spans.ends - spans.starts)
    room = int(offsets[-1] - offsets[0] + grows.sum()) + (int((spans.ends - spans.starts).sum()) if lines else 0)
    made = np.empty(room, np.uint8)
    ends = np.zeros(len(offsets), np.int64)
    counts, chars = np.zeros((2, len(offsets) - 1, len(KINDS)), np.int64)
    token_bytes = np.frombuffer(b"".join(octets) + b" ", np.uint8).copy()
    _replaced(data, offsets, spans, token_bytes, bounds, lines, made, ends, counts, chars)
    kind = texts.type if pa.types.is_large_string(texts.type) else pa.string()
    width = np.int64 if pa.types.is_large_string(kind) else np.int32
    parts = [None, pa.py_buffer(ends.astype(width)), pa.py_buffer(made[: ends[-1]])]
    return pa.Array.from_buffers(kind, len(ends) - 1, parts), counts, chars


@kernel
def _replaced(data, offsets, spans, tokens, bounds, lines, made, ends, counts, chars):
    span = to = 0
    for i in range(offsets.size - 1):
        at = offsets[i]
        while span < spans.starts.size and spans.texts[span] == i:
            start, end, kind = spans.starts[span], spans.ends[span], spans.kinds[span]
            to = _copy(data, at, start, made, to)
            to = _copy(tokens, bounds[kind], bounds[kind + 1], made, to)
            counts[i, kind] += 1
            for k in range(start, end):
                chars[i, kind] += data[k] & 0xC0 != 0x80  # not a continuation: a character begins
                if lines and data[k] == 10:
                    made[to] = 10
                    to += 1
            at = end
            span += 1
        to = _copy(data, at, offsets[i + 1], made, to)
        ends[i + 1] = to


@inner
def _copy(source, start, end, made, to):
    for k in range(start, end):
        made[to + k - start] = source[k]
    return to + end - start
