"""A corpus's vocabulary, for text in and out: the card `vocabulary.json` and the file it names, beside the shards.

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

import fsspec

from trainer.errors import TrainingError

CARD = "vocabulary.json"


@dataclass(frozen=True)
class Vocabulary:
    name: str  # where it was read: for errors
    digest: str
    size: int  # rows of an embedding
    end_of_text: int
    padding: int
    pattern: str
    specials: dict[str, int]
    file: str
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
            raise TrainingError(f"{self.name}: {self.file} is not a file of ranks; copy it again") from None

    def encode(self, text: str) -> list[int]:
        """Ids of the text, nothing before and no end-of-text after it."""
        if self.ranks is not None:
            return list(self._engine.encode_ordinary(text))
        return list(self._engine.encode(text, add_special_tokens=False).ids)

    def decode(self, ids: Sequence[int]) -> str:
        """Text of ids, special and unused ones left out."""
        if self.ranks is None:
            return str(self._engine.decode(list(ids), skip_special_tokens=True))
        return b"".join(self._bytes.get(id, b"") for id in ids).decode("utf-8", "replace")

    @cached_property
    def _bytes(self) -> dict[int, bytes]:
        return {rank: token for token, rank in (self.ranks or {}).items()}

    @cached_property
    def _engine(self) -> Any:
        if self.ranks is not None:
            import tiktoken

            return tiktoken.Encoding(self.name, pat_str=self.pattern, mergeable_ranks=self.ranks, special_tokens={})
        import tokenizers

        try:
            engine = tokenizers.Tokenizer.from_buffer(self.content)
        except Exception as error:  # the library raises no kind of its own
            raise TrainingError(f"{self.name}: {self.file} cannot be read ({error}); copy it again") from None
        engine.encode_special_tokens = True
        engine.no_padding()
        engine.no_truncation()
        return engine


def read(folder: str) -> Vocabulary:
    """Of a corpus, or of its `tokens/` folder; local, s3://, gs://."""
    root = str(folder).rstrip("/")
    found = next((at for at in (root, f"{root}/tokens") if _exists(f"{at}/{CARD}")), None)
    if found is None:
        raise TrainingError(f"{folder}: there is no {CARD}; give a finished corpus or its tokens/ folder")
    where = f"{found}/{CARD}"
    try:
        card = json.loads(_content(where))
        fields = {key: card[key] for key in ("digest", "size", "end_of_text", "padding", "pattern", "specials", "file")}
    except (ValueError, KeyError, TypeError) as error:
        raise TrainingError(f"{where}: is not a vocabulary's card ({error!r}); copy it from the corpus again") from None
    if "/" in fields["file"]:
        raise TrainingError(f"{where}: file: {fields['file']!r} is not the name of a file beside it")
    if not _exists(f"{found}/{fields['file']}"):
        raise TrainingError(f"{where}: names {fields['file']}, which is not beside it; copy it from the corpus")
    return Vocabulary(name=found, content=_content(f"{found}/{fields['file']}"), **fields)


def _exists(url: str) -> bool:
    files, path = fsspec.core.url_to_fs(url)
    return bool(files.isfile(path))


def _content(url: str) -> bytes:
    files, path = fsspec.core.url_to_fs(url)
    return bytes(files.cat_file(path))
