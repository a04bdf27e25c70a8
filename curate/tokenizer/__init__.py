"""Text to token ids: one vocabulary a corpus, exactly the ids that tiktoken gives, at the speed of a fast engine."""

from curate.tokenizer.errors import TokenizerError
from curate.tokenizer.load import load
from curate.tokenizer.tokenizer import Tokenizer
from curate.tokenizer.train import train

__all__ = ["Tokenizer", "TokenizerError", "load", "train"]
