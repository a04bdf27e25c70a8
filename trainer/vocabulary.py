"""A corpus's vocabulary for text in and out: what `trainer.data.vocabulary` found sound, with its tokens.

Ranks go through tiktoken, a tokenizer.json through the tokenizers library; both are who defined the shards' ids. Text
that looks like a special token is ordinary text, as it was in the corpus. Ids of a model need not be UTF-8 when put
together: what is not becomes U+FFFD.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from trainer.data import storage
from trainer.data.shards import tokens_folder
from trainer.data.vocabulary import CARD, open_vocabulary
from trainer.errors import TrainingError


@dataclass(frozen=True)
class Vocabulary:
    file: str  # where it was read
    digest: str
    size: int  # one more than the largest id
    end_of_text: int
    padding: int
    pattern: str
    specials: dict[str, int]
    content: bytes

    @cached_property
    def ranks(self) -> dict[bytes, int] | None:
        """Bytes to rank; None of a tokenizer.json."""
        if self.file.endswith(".json"):
            return None
        try:
            lines = (line.split() for line in self.content.splitlines() if line)
            return {base64.b64decode(token, validate=True): int(rank) for token, rank in lines}
        except (ValueError, binascii.Error):
            raise TrainingError(f"{self.file}: is no file of ranks; copy it anew from the run that made it") from None

    def encode(self, text: str) -> list[int]:
        """Ids of the text, nothing before and no end-of-text after it."""
        if self.ranks is not None:
            return list(self._engine.encode_ordinary(text))
        return list(self._engine.encode(text, add_special_tokens=False).ids)

    def decode(self, ids: Sequence[int]) -> str:
        """Text of ids; special and unused ones are none."""
        return b"".join(self.texts.get(id, b"") for id in ids).decode("utf-8", "replace")

    @cached_property
    def texts(self) -> dict[int, bytes]:
        """The bytes that each id stands for; special and unused ids are absent."""
        if self.ranks is not None:
            return {rank: token for token, rank in self.ranks.items()}
        vocab = self._engine.get_vocab(with_added_tokens=False)
        shown = {id: token for token, id in vocab.items() if token not in self.specials}
        found = {id: bytes(BYTE_OF[character] for character in token) for id, token in shown.items()}
        added = self._engine.get_added_tokens_decoder()
        return found | {id: str(token).encode() for id, token in added.items() if str(token) not in self.specials}

    @cached_property
    def bytes_of(self) -> np.ndarray:
        """int64[size]: UTF-8 bytes that each id stands for."""
        found = np.zeros(self.size, np.int64)
        found[list(self.texts)] = [len(token) for token in self.texts.values()]
        return found

    @cached_property
    def _engine(self) -> Any:
        if self.ranks is not None:
            import tiktoken

            return tiktoken.Encoding("corpus", pat_str=self.pattern, mergeable_ranks=self.ranks, special_tokens={})
        import tokenizers

        try:
            engine = tokenizers.Tokenizer.from_buffer(self.content)
        except Exception as error:  # the library raises no kind of its own
            raise TrainingError(f"{self.file}: is no tokenizer.json ({error}); copy it anew") from None
        engine.encode_special_tokens = True
        engine.no_padding()
        engine.no_truncation()
        return engine


def read(corpus: str, name: str = "corpus") -> Vocabulary:
    """Of a corpus, or of its `tokens/` folder; local, s3://, gs://. `name` is what errors call it."""
    folder = tokens_folder(name, corpus)
    said = open_vocabulary(folder)
    card = json.loads(storage.read(storage.join(folder, CARD)))
    return Vocabulary(
        file=said.file,
        digest=said.digest,
        size=said.size,
        end_of_text=said.end_of_text,
        padding=said.padding,
        pattern=card["pattern"],
        specials=card["specials"],
        content=storage.read(said.file),
    )


def _alphabet() -> dict[str, int]:
    """GPT-2's: printable bytes stand for themselves, the others for the characters from U+0100 on."""
    printable = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = [byte for byte in range(256) if byte not in printable]
    return {chr(byte): byte for byte in printable} | {chr(256 + at): byte for at, byte in enumerate(others)}


BYTE_OF = _alphabet()
