"""A vocabulary and the engine that encodes with it."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np
import pyarrow as pa

from curate.tokenizer.vocabulary import Vocabulary


class Engine(Protocol):
    """What encodes. All engines of one vocabulary give the same ids."""

    name: str

    def encode(self, texts: pa.Array) -> tuple[np.ndarray, np.ndarray]: ...

    def decode(self, ids: list[int]) -> str: ...


class Tokenizer:
    """Encodes batches of documents. Hold one a process: engines keep caches of words they have met."""

    def __init__(self, vocabulary: Vocabulary, engine: Engine) -> None:
        self.vocabulary = vocabulary
        self._engine = engine
        self._exact: Engine | None = getattr(engine, "exact", None)

    def encode(self, texts: pa.StringArray | pa.LargeStringArray | pa.ChunkedArray) -> tuple[np.ndarray, np.ndarray]:
        """(ids int32[], offsets int64[n+1]); null is the empty document. No special token, whatever the text says.

        Batches of 512 documents and more run at full speed.
        """
        if isinstance(texts, pa.ChunkedArray):
            texts = texts.combine_chunks()
        return self._engine.encode(texts)

    def decode(self, ids: np.ndarray | list[int]) -> str:
        """The text of ids, special tokens by name; bytes that a cut left incomplete become U+FFFD."""
        return self._engine.decode([int(id) for id in ids])

    def write(self, folder: str | Path) -> list[Path]:
        """The vocabulary and its card into a local folder, for whoever trains; returns what was written."""
        return self.vocabulary.write(folder)

    def differing(self, texts: pa.Array, ids: np.ndarray, offsets: np.ndarray) -> list[int]:
        """Rows for which the library that defines the ids gives others than these."""
        own, ends = (self._exact or self._engine).encode(texts)
        rows = range(len(texts))
        return [n for n in rows if not np.array_equal(ids[offsets[n] : offsets[n + 1]], own[ends[n] : ends[n + 1]])]

    @property
    def engine(self) -> str:
        """What encodes: gigatoken, tiktoken or tokenizers."""
        return self._engine.name

    @property
    def reference(self) -> str:
        """The library that defines the ids: tiktoken or tokenizers. The same as `engine` where it encodes itself."""
        return (self._exact or self._engine).name

    @property
    def alone_because(self) -> str:
        """Why the reference encodes alone; "" where a faster engine does."""
        return getattr(self._engine, "alone_because", "")

    @property
    def size(self) -> int:
        return self.vocabulary.size

    @property
    def end_of_text(self) -> int:
        return self.vocabulary.end_of_text

    @property
    def padding(self) -> int:
        return self.vocabulary.padding

    @property
    def digest(self) -> str:
        return self.vocabulary.digest

    @property
    def token_bytes(self) -> np.ndarray:
        """int32[size]: UTF-8 bytes of text that each id stands for, 0 for special tokens."""
        return self.vocabulary.token_bytes
