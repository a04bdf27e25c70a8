"""The vocabulary that shards were made with, as the card beside them says."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from trainer.data import storage
from trainer.errors import TrainingError

CARD = "vocabulary.json"


@dataclass(frozen=True)
class Vocabulary:
    digest: str
    end_of_text: int
    padding: int
    size: int  # one more than the largest id
    file: str  # where the tokens and their ids are: vocabulary.tiktoken or tokenizer.json


def open_vocabulary(tokens: str) -> Vocabulary:
    """Of the folder tokens/ of a corpus; TrainingError where card and file do not agree."""
    url = storage.join(tokens, CARD)
    try:
        card = json.loads(storage.read(url))
        file = storage.join(tokens, card["file"])
        said = Vocabulary(card["digest"], card["end_of_text"], card["padding"], card["size"], file)
        pattern, specials = card["pattern"], card["specials"]
    except FileNotFoundError:
        raise TrainingError(f"{url}: is not there; name the folder of a finished run, or its tokens/") from None
    except (ValueError, KeyError, TypeError) as error:
        what = f"has no {error}" if isinstance(error, KeyError) else "is no card of a vocabulary"
        raise TrainingError(f"{url}: {what}; copy it anew from the run that made the shards") from None
    if _digest(file, pattern, [specials, said.end_of_text, said.padding]) != said.digest:
        raise TrainingError(f"{file}: is not the vocabulary of {url}; copy both anew from the run that made the shards")
    return said


def _digest(file: str, pattern: str, special: list[object]) -> str:
    """SHA-256 of the file, the pattern and the special tokens, each after its length."""
    try:
        content = storage.read(file)
    except FileNotFoundError:
        raise TrainingError(
            f"{file}: is not there, and its card is; copy it from the run that made the shards"
        ) from None
    total = hashlib.sha256()
    for part in (content, pattern.encode(), json.dumps(special, sort_keys=True).encode()):
        total.update(len(part).to_bytes(8, "little"))
        total.update(part)
    return total.hexdigest()
