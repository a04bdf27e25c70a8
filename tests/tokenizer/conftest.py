"""Vocabularies of the tests: cl100k, and tiktoken as its definition."""

import pytest
import tiktoken

from curate import tokenizer
from curate.tokenizer import cl100k
from curate.tokenizer.ranks import read_ranks

LINES = [
    "The cat sat on the mat 12345 times.\n",
    "Die Katze saß auf der Matte.\n\n",
    "猫がマットの上に座った。",
    "def f(x):\n    return x\n",
]


@pytest.fixture(scope="session")
def cl100k_tokenizer():
    return tokenizer.load({"name": "cl100k"})


@pytest.fixture(scope="session")
def oracle():
    ranks = read_ranks(cl100k.content(), "cl100k")
    return tiktoken.Encoding("oracle", pat_str=cl100k.PATTERN, mergeable_ranks=ranks, special_tokens={})


@pytest.fixture(scope="session")
def small_file(tmp_path_factory):
    """A rank file trained on four lines."""
    path = tmp_path_factory.mktemp("vocabulary") / "small.tiktoken"
    tokenizer.train(LINES * 20, 400, path)
    return path
