"""A vocabulary as data: its file, its pattern, its special tokens, and how many bytes of text each token stands for.

The digest covers everything that decides which ids a text gets, so two token shards with one digest are read by one
model. `write` leaves the file and a card (`vocabulary.json`) beside the shards; `load` reads the card again, since a
rank file alone says neither the pattern nor the special tokens.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

CARD = "vocabulary.json"


@dataclass(frozen=True)
class Vocabulary:
    name: str
    file: str  # the name it is written under: vocabulary.tiktoken or tokenizer.json
    content: bytes
    pattern: str
    specials: dict[str, int]
    end_of_text: int
    padding: int
    token_bytes: np.ndarray  # int32[size]: UTF-8 bytes that a token stands for; 0 for special and unused ids

    @property
    def size(self) -> int:
        """One more than the largest id, padding included: the rows of an embedding."""
        return len(self.token_bytes)

    @property
    def digest(self) -> str:
        """SHA-256 of the file, the pattern and the special tokens."""
        total = hashlib.sha256()
        special = json.dumps([self.specials, self.end_of_text, self.padding], sort_keys=True)
        for part in (self.content, self.pattern.encode(), special.encode()):
            total.update(len(part).to_bytes(8, "little"))
            total.update(part)
        return total.hexdigest()

    def write(self, folder: str | Path) -> list[Path]:
        """The vocabulary's file and its card, in a local folder."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / self.file).write_bytes(self.content)
        (folder / CARD).write_text(json.dumps(self._card(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        return [folder / self.file, folder / CARD]

    def _card(self) -> dict[str, object]:
        return {
            "name": self.name,
            "file": self.file,
            "digest": self.digest,
            "size": self.size,
            "pattern": self.pattern,
            "specials": self.specials,
            "end_of_text": self.end_of_text,
            "padding": self.padding,
        }


def token_bytes(tokens: dict[bytes, int], size: int) -> np.ndarray:
    """Bytes of each id; ids that stand for no text (special, unused) have 0."""
    lengths = np.zeros(size, np.int32)
    lengths[list(tokens.values())] = [len(token) for token in tokens]
    return lengths
