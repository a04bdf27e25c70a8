"""Byte-pair encoding by ranks: gigatoken for speed, tiktoken for truth.

tiktoken defines the ids. gigatoken gives the same 5 times faster at first, 18 times once it has met the words
(benchmarks/tokenizer.py), except where their Unicode versions differ; documents that could show it go to tiktoken
(`newer_unicode`). Without gigatoken everything goes to tiktoken and `name` says so. No special token is known to
either engine, so "<|endoftext|>" in a document is thirteen ordinary characters.

Both engines take n log n time on long runs of one class. tiktoken's regular expression overflows its stack on a run of
about half a million white-space characters before other text, so such a run is cut, at the two places where the
pattern cuts it anyway: after its last line break, and before its last character. The ids stay the same.
"""

from __future__ import annotations

import re
import tempfile
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from curate.tokenizer.cl100k import PATTERN
from curate.tokenizer.newer_unicode import holds_newer

LONG_RUN = 50_000
RENEW_AFTER = 256 << 20  # bytes of text; gigatoken's cache of words has no bound: 128 MB of random letters make 1.2 GB
_WHITE = "\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000"  # Unicode White_Space
_LONG_WHITE = re.compile(f"(?<![{_WHITE}])[{_WHITE}]{{{LONG_RUN},}}")


def encoder(name: str, content: bytes, ranks: dict[bytes, int], specials: dict[str, int]) -> Exact | Fast:
    """The fast engine where gigatoken is installed, else the exact one alone."""
    exact = Exact(name, ranks, specials)
    try:
        import awkward  # noqa: F401  (what gigatoken takes and gives without copies)
        import gigatoken  # noqa: F401
    except ImportError:
        return exact
    return Fast(content, exact)


class Exact:
    """tiktoken."""

    name = "tiktoken"

    def __init__(self, name: str, ranks: dict[bytes, int], specials: dict[str, int]) -> None:
        import tiktoken

        self._encoding = tiktoken.Encoding(name, pat_str=PATTERN, mergeable_ranks=ranks, special_tokens=specials)

    def encode(self, texts: pa.Array) -> tuple[np.ndarray, np.ndarray]:
        each = [self.encode_one(text.as_py() or "") for text in texts]
        return joined(each)

    def encode_one(self, text: str) -> np.ndarray:
        """Ids of one text, int32."""
        pieces = [self._encoding.encode_ordinary(piece) for piece in _without_long_runs(text)]
        return np.array([id for piece in pieces for id in piece], np.int32)

    def decode(self, ids: list[int]) -> str:
        return self._encoding.decode(ids)


class Fast:
    """gigatoken, with tiktoken for the documents on which they may differ."""

    name = "gigatoken"

    def __init__(self, content: bytes, exact: Exact) -> None:
        self._content = content
        self._exact = exact
        self._engine, self._encoded = _gigatoken(content), 0

    def encode(self, texts: pa.Array) -> tuple[np.ndarray, np.ndarray]:
        ids, offsets = self._batch(texts)
        newer = holds_newer(texts)
        if not newer:
            return ids, offsets
        each = [ids[start:end] for start, end in pairwise(offsets)]
        for row in newer:
            each[row] = self._exact.encode_one(texts[row].as_py())
        return joined(each)

    def decode(self, ids: list[int]) -> str:
        return self._exact.decode(ids)

    def _batch(self, texts: pa.Array) -> tuple[np.ndarray, np.ndarray]:
        """The whole batch in one call on this thread, Arrow's buffers lent in and gigatoken's lent out."""
        import awkward as ak

        if self._encoded > RENEW_AFTER:
            self._engine, self._encoded = _gigatoken(self._content), 0
        data, offsets = _buffers(texts)
        self._encoded += len(data)
        if not len(data):
            return np.zeros(0, np.int32), np.zeros(len(texts) + 1, np.int64)
        characters = ak.contents.NumpyArray(data, parameters={"__array__": "char"})
        strings = ak.contents.ListOffsetArray(ak.index.Index64(offsets), characters, parameters={"__array__": "string"})
        layout = self._engine.encode_batch(ak.Array(strings), parallel=False).layout
        ends = np.asarray(layout.offsets.data).astype(np.int64, copy=False)
        return np.asarray(layout.content.data).view(np.int32)[ends[0] : ends[-1]], ends - ends[0]


def _gigatoken(content: bytes) -> Any:
    import gigatoken

    with tempfile.NamedTemporaryFile(suffix=".tiktoken") as file:
        file.write(content)
        file.flush()
        return gigatoken.Tokenizer.from_tiktoken(file.name, pretokenizer="cl100k")


def joined(each: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """One flat array of ids and its offsets."""
    offsets = np.zeros(len(each) + 1, np.int64)
    np.cumsum([len(ids) for ids in each], out=offsets[1:])
    return np.concatenate([np.zeros(0, np.int32), *each]), offsets


def _buffers(texts: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """UTF-8 bytes and int64 offsets from 0 of a string array, sliced or not; null is empty."""
    if texts.null_count:
        texts = texts.fill_null("")
    width = np.int64 if pa.types.is_large_string(texts.type) else np.int32
    _, ends, data = texts.buffers()
    if not len(texts) or data is None:
        return np.zeros(0, np.uint8), np.zeros(len(texts) + 1, np.int64)
    offsets = np.frombuffer(ends, width)[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)
    return np.frombuffer(data, np.uint8)[offsets[0] : offsets[-1]], offsets - offsets[0]


def _without_long_runs(text: str) -> list[str]:
    cuts = [0]
    for run in _LONG_WHITE.finditer(text) if len(text) > LONG_RUN else ():
        if run.end() < len(text):
            line_end = max(text.rfind("\n", *run.span()), text.rfind("\r", *run.span())) + 1
            last = max(line_end, run.end() - 1)
            cuts += [line_end, last] if run.start() < line_end < last else [last]
    return [text[start:end] for start, end in pairwise([*cuts, len(text)])]
