"""From the recipe's `tokenizer` section to a Tokenizer.

A rank file says nothing of special tokens: end of text takes the id after the last rank and padding the next, the
place where Llama 3 puts its specials. A card beside the file (`vocabulary.json`, as `write` leaves it) is believed
instead, so a vocabulary that was written with a corpus loads as the one that made it. A rank file is split by cl100k's
pattern; other patterns come as tokenizer.json.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Mapping
from typing import Any

from curate import storage
from curate.tokenizer import cl100k
from curate.tokenizer.errors import TokenizerError
from curate.tokenizer.ranks import read_ranks
from curate.tokenizer.tokenizer import Tokenizer
from curate.tokenizer.vocabulary import CARD, Vocabulary, token_bytes


def load(spec: Any) -> Tokenizer:
    """The tokenizer of the recipe's section, or of a mapping with its fields (`file` or `name`, perhaps `engine`)."""
    fields = spec if isinstance(spec, Mapping) else vars(spec)
    path, name, exactly = fields.get("file"), fields.get("name"), fields.get("engine") == "reference"
    if path:
        return _of_file(str(path), exactly)
    if name == "cl100k":
        specials, end, padding = cl100k.SPECIALS, "<|endoftext|>", "<|padding|>"
        return _of_ranks("cl100k", cl100k.content(), "cl100k", specials, end, padding, exactly)
    if "/" in str(name):
        from curate.tokenizer import hub
        from curate.tokenizer.huggingface import of_json

        return of_json(hub.content(str(name)), str(name), exactly)
    raise TokenizerError(f"tokenizer.name: no vocabulary {name!r} is built in; use cl100k, a Hugging Face name "
                         "(org/model), or give a file: {file: models/128k.tiktoken}")


def _of_file(path: str, exactly: bool) -> Tokenizer:
    try:
        content = storage.read_bytes(path)
    except OSError as error:
        raise TokenizerError(f"tokenizer.file: cannot read {path} ({error})") from error
    folder, name = posixpath.split(path)
    if name.endswith(".json"):
        from curate.tokenizer.huggingface import of_json

        return of_json(content, path, exactly)
    card = _card(storage.join(folder or ".", CARD), name)
    if card:
        specials = card["specials"]
        of_id = {id: token for token, id in specials.items()}
        end, padding = of_id[card["end_of_text"]], of_id[card["padding"]]
        return _of_ranks(card["name"], content, path, specials, end, padding, exactly)
    count = len(read_ranks(content, path))
    end, padding = "<|end_of_text|>", "<|padding|>"
    specials = {end: count, padding: count + 1}
    return _of_ranks(name.removesuffix(".tiktoken"), content, path, specials, end, padding, exactly)


def _card(url: str, file: str) -> dict[str, Any] | None:
    """The card beside a rank file, if it is about that file."""
    if not storage.exists(url):
        return None
    try:
        card = json.loads(storage.read_bytes(url))
    except ValueError as error:
        raise TokenizerError(f"{url} is not JSON ({error}); remove it or write the vocabulary again") from error
    return card if isinstance(card, dict) and card.get("file") == file else None


def _of_ranks(
    name: str, content: bytes, where: str, specials: dict[str, int], end: str, padding: str, exactly: bool
) -> Tokenizer:
    from curate.tokenizer.bpe import encoder

    ranks = read_ranks(content, where)
    clash = [token for token, id in specials.items() if id < len(ranks)]
    if clash:
        raise TokenizerError(f"{where}: special token {clash[0]} has the id of an ordinary one, below {len(ranks)}")
    size = max(specials.values()) + 1
    vocabulary = Vocabulary(
        name, "vocabulary.tiktoken", content, cl100k.PATTERN, dict(specials),
        specials[end], specials[padding], token_bytes(ranks, size),
    )
    return Tokenizer(vocabulary, encoder(name, content, ranks, specials, exactly))
