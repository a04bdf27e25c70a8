"""Byte-pair encoding by ranks: tiktoken defines the ids, gigatoken gives them sooner (`fast`).

Without gigatoken everything goes to tiktoken and `name` says so. No special token is known to either engine, so
"<|endoftext|>" in a document is thirteen ordinary characters.

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

from curate.tokenizer import fast
from curate.tokenizer.buffers import joined
from curate.tokenizer.cl100k import PATTERN

LONG_RUN = 50_000
_WHITE = "\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000"  # Unicode White_Space
_LONG_WHITE = re.compile(f"(?<![{_WHITE}])[{_WHITE}]{{{LONG_RUN},}}")


def encoder(
    name: str, content: bytes, ranks: dict[bytes, int], specials: dict[str, int], exactly: bool = False
) -> Exact | fast.Fast:
    """The fast engine where gigatoken is installed, unless `exactly` tiktoken is asked for."""
    exact = Exact(name, ranks, specials)
    exact.alone_because = fast.refused(exactly)
    return exact if exact.alone_because else fast.Fast(lambda: gigatoken(content), exact)


class Exact:
    """tiktoken."""

    name = "tiktoken"
    alone_because = ""

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


def gigatoken(content: bytes) -> Any:
    """gigatoken's tokenizer of a rank file, splitting as cl100k does."""
    import gigatoken

    with tempfile.NamedTemporaryFile(suffix=".tiktoken") as file:
        file.write(content)
        file.flush()
        return gigatoken.Tokenizer.from_tiktoken(file.name, pretokenizer="cl100k")


def _without_long_runs(text: str) -> list[str]:
    cuts = [0]
    for run in _LONG_WHITE.finditer(text) if len(text) > LONG_RUN else ():
        if run.end() < len(text):
            line_end = max(text.rfind("\n", *run.span()), text.rfind("\r", *run.span())) + 1
            last = max(line_end, run.end() - 1)
            cuts += [line_end, last] if run.start() < line_end < last else [last]
    return [text[start:end] for start, end in pairwise([*cuts, len(text)])]
