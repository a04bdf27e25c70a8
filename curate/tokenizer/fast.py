"""gigatoken, with the library that defines the ids for the documents on which the two may differ.

It gives the same ids ten times faster at first and twenty times once it has met the words (benchmarks/tokenizer.py).
Where it may not, documents go to the exact engine: those with letters and digits of a newer Unicode, and those that
hold one of the `apart` strings (tokens that the vocabulary cuts out of the text first).

gigatoken keeps every word it meets and has no call that forgets: 300 MB of random letters take 2 GB. So the engine is
made anew, in 0.15 s, when the process has become `CACHE_BYTES` larger than it was with the engine new. That is room for
three million distinct words; a limit by text read would throw away a warm cache. Ids depend on neither.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from curate.tokenizer.buffers import buffers, joined
from curate.tokenizer.newer_unicode import holds_newer

CACHE_BYTES = 384 << 20
RENEW_AT_MOST_EACH = 32 << 20  # bytes of text: so that a process that grows for other reasons does not renew always
RENEW_AFTER = 256 << 20  # bytes of text, where the system does not say how large a process is


class Exact(Protocol):
    """The engine that defines the ids."""

    name: str

    def encode(self, texts: pa.Array) -> tuple[np.ndarray, np.ndarray]: ...

    def encode_one(self, text: str) -> np.ndarray: ...

    def decode(self, ids: list[int]) -> str: ...


def refused(exactly: bool) -> str:
    """Why gigatoken is not used: the recipe asks for the exact engine alone, or it is not there. "" where it is."""
    if exactly:
        return "the recipe asks for it"
    try:
        import awkward  # noqa: F401  (what gigatoken takes and gives without copies)
        import gigatoken  # noqa: F401
    except ImportError:
        return "gigatoken is not installed"
    return ""


class Fast:
    """`make` gives a gigatoken.Tokenizer that has met no word."""

    name = "gigatoken"

    def __init__(self, make: Callable[[], Any], exact: Exact, apart: list[str] | None = None) -> None:
        self.exact = exact
        self._make, self._apart = make, apart or []
        self._engine: Any = None
        self._renew()

    def encode(self, texts: pa.Array) -> tuple[np.ndarray, np.ndarray]:
        data, starts = buffers(texts)
        ids, offsets = self._batch(data, starts)
        special = sorted({*holds_newer(data, starts), *self._holds_apart(texts)})
        if not special:
            return ids, offsets
        each = [ids[start:end] for start, end in pairwise(offsets)]
        for row in special:
            each[row] = self.exact.encode_one(texts[row].as_py())
        return joined(each)

    def decode(self, ids: list[int]) -> str:
        return self.exact.decode(ids)

    def _batch(self, data: np.ndarray, offsets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The whole batch in one call on this thread, Arrow's buffers lent in and gigatoken's lent out."""
        import awkward as ak

        if not len(data):
            return np.zeros(0, np.int32), np.zeros(len(offsets), np.int64)
        self._bound(len(data))
        characters = ak.contents.NumpyArray(data, parameters={"__array__": "char"})
        strings = ak.contents.ListOffsetArray(ak.index.Index64(offsets), characters, parameters={"__array__": "string"})
        layout = self._engine.encode_batch(ak.Array(strings), parallel=False).layout
        ends = np.asarray(layout.offsets.data).astype(np.int64, copy=False)
        ids = np.asarray(layout.content.data).view(np.int32)[ends[0] : ends[-1]]
        return ids, ends - ends[0]

    def _renew(self) -> None:
        self._engine = None  # or old and new are held together
        self._engine, self._text = self._make(), 0
        self._least = _resident()

    def _bound(self, text: int) -> None:
        """What else the process takes for a while counts too: then the cache is lost early, which costs little."""
        resident, self._text = _resident(), self._text + text
        self._least = min(self._least, resident)
        if self._text < RENEW_AT_MOST_EACH:
            return
        if resident - self._least > CACHE_BYTES or (not resident and self._text > RENEW_AFTER):
            self._renew()

    def _holds_apart(self, texts: pa.Array) -> list[int]:
        rows: set[int] = set()
        for token in self._apart:
            rows.update(pc.indices_nonzero(pc.match_substring(texts, token).fill_null(False)).to_pylist())
        return sorted(rows)


def _resident() -> int:
    """Bytes of this process in memory; 0 where the system does not say."""
    try:
        with open("/proc/self/statm", "rb", buffering=0) as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
