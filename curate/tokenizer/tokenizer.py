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

    @property
    def engine(self) -> str:
        """gigatoken, tiktoken (the same ids, slower) or tokenizers."""
        return self._engine.name

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
