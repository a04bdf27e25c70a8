"""cl100k, the vocabulary of no recipe: 100,256 ranks that the bpe-openai package carries, so nothing is downloaded.

The packaged file is byte for byte OpenAI's (same SHA-256 as tiktoken expects), so ids agree with every published count.
Pattern and special ids are those of tiktoken. Padding takes 100261, an id that cl100k leaves unused.
"""

from __future__ import annotations

import gzip
import hashlib
from importlib.util import find_spec
from pathlib import Path

from curate.tokenizer.errors import TokenizerError

SHA256 = "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7"
PATTERN = (
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+"
    r"|\s++$|\s*[\r\n]|\s+(?!\S)|\s"
)
SPECIALS = {
    "<|endoftext|>": 100257,
    "<|fim_prefix|>": 100258,
    "<|fim_middle|>": 100259,
    "<|fim_suffix|>": 100260,
    "<|padding|>": 100261,
    "<|endofprompt|>": 100276,
}


def content() -> bytes:
    """The rank file."""
    package = find_spec("bpe_openai")  # found, not imported: importing it costs 0.6 s
    if package is None or package.origin is None:
        raise TokenizerError("cl100k comes with the package bpe-openai, which is not installed; pip install bpe-openai")
    ranks = gzip.decompress((Path(package.origin).parent / "data" / "cl100k_base.tiktoken.gz").read_bytes())
    if hashlib.sha256(ranks).hexdigest() != SHA256:
        raise TokenizerError("cl100k ranks of the installed bpe-openai differ from OpenAI's; install it again")
    return ranks
