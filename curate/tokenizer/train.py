"""Training a byte-level BPE vocabulary, written as tiktoken ranks.

The tokenizers library counts and merges (Rust; the same text in the same order gives the same file); the result is a
rank file, because that is what the fast engine reads. Text is split as cl100k splits it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from curate.tokenizer.errors import TokenizerError
from curate.tokenizer.huggingface import byte_of_character
from curate.tokenizer.ranks import write_ranks

# cl100k's pattern in Oniguruma's dialect: there `{1,3}+` is a repetition, not possessive, and `$` is the end of a line.
SPLIT = (
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s+\z|\s*[\r\n]|\s+(?!\S)|\s"
)
SPECIALS = 2  # end of text and padding follow the ranks


def train(texts: Iterable[str], size: int, path: str | Path) -> int:
    """Writes a `.tiktoken` file for which `load` gives at most `size` ids (specials included); returns how many."""
    if size < 256 + SPECIALS:
        raise TokenizerError(f"a vocabulary of {size} has no room for 256 bytes and {SPECIALS} special tokens")
    model = _trained(texts, size - SPECIALS)
    byte_of = byte_of_character()
    by_rank = sorted(model.get_vocab().items(), key=lambda item: item[1])
    tokens = [bytes(byte_of[character] for character in token) for token, _ in by_rank]
    Path(path).write_bytes(write_ranks(tokens))
    return len(tokens) + SPECIALS


def _trained(texts: Iterable[str], ranks: int) -> Any:
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers

    model = Tokenizer(models.BPE())
    split = pre_tokenizers.Split(Regex(SPLIT), behavior="isolated")
    to_bytes = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    model.pre_tokenizer = pre_tokenizers.Sequence([split, to_bytes])
    alphabet = sorted(byte_of_character())
    trainer = trainers.BpeTrainer(vocab_size=ranks, initial_alphabet=alphabet, show_progress=False)
    model.train_from_iterator(texts, trainer)
    return model
