"""Versions of a text without spaces are near duplicates, though no clause of theirs is the same."""

import random

import numpy as np
import pyarrow as pa
import pytest

from curate.dedup.near_duplicates import near_duplicates


@pytest.mark.parametrize("letters", ["".join(map(chr, range(0x4E00, 0x5200))), "กขคงจฉชซดตถทนบปผพภมยรลวสหอ"])
def test_a_text_with_a_letter_of_each_clause_replaced_is_near_and_another_text_is_not(letters: str) -> None:
    draw = random.Random(0)
    clauses = ["".join(draw.choices(letters, k=50)) for _ in range(40)]
    replaced = [clause[:25] + draw.choice(letters) + clause[26:] for clause in clauses]
    other = ["".join(draw.choices(letters, k=50)) for _ in range(40)]
    texts = pa.array(["，".join(text) for text in (clauses, replaced, other)])
    removed, keepers, similarity = near_duplicates(texts, np.arange(3))
    assert (removed.tolist(), keepers.tolist()) == ([1], [0])
    assert 0.75 < similarity[0] < 0.9
