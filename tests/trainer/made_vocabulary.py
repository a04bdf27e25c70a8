"""A vocabulary beside token shards, as `pack` leaves it: the file of its tokens, and a card with the digest of all."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path


def write(tokens: Path, content: bytes, end: int, padding: int, size: int, pattern: str = ".") -> str:
    """The digest: of the file, the pattern and the special tokens, each after its length."""
    specials = {"<|end_of_text|>": end, "<|padding|>": padding}
    total = hashlib.sha256()
    for part in (content, pattern.encode(), json.dumps([specials, end, padding], sort_keys=True).encode()):
        total.update(len(part).to_bytes(8, "little") + part)
    card = {
        "name": "made", "file": "vocabulary.tiktoken", "digest": total.hexdigest(), "size": size, "pattern": pattern,
        "specials": specials, "end_of_text": end, "padding": padding,
    }  # fmt: skip
    tokens.mkdir(parents=True, exist_ok=True)
    (tokens / "vocabulary.tiktoken").write_bytes(content)
    (tokens / "vocabulary.json").write_text(json.dumps(card))
    return total.hexdigest()
