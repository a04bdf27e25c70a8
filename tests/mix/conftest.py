"""The vocabulary of the tests that pack real text."""

import pytest

from curate import tokenizer


@pytest.fixture(scope="session")
def cl100k_tokenizer():
    return tokenizer.load({"name": "cl100k"})
