"""Batches: every window once, and a shape that depends on nothing but its length."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.distilroberta.batches import Specials, fixed, padded_length, rows

SPECIALS = Specials(0, 1, 2)


@given(st.lists(st.integers(1, 510), max_size=40))
def test_every_window_is_in_one_batch_whole_and_between_its_specials(lengths):
    windows = [np.full(length, 10 + k, np.int32) for k, length in enumerate(lengths)]
    seen = []
    for batch in fixed(windows, SPECIALS, 512):
        length = batch.ids.shape[1]
        assert batch.ids.shape == batch.mask.shape == (rows(length, 512), length)
        assert batch.mask.any(axis=1).all(), "a row that attends to nothing is nan"
        for row, k in enumerate(batch.windows.tolist()):
            assert padded_length(len(windows[k]) + 2) == length
            assert batch.ids[row][batch.mask[row]].tolist() == [0, *windows[k].tolist(), 2]
            assert set(batch.ids[row][~batch.mask[row]].tolist()) <= {1}
            seen.append(k)
    assert sorted(seen) == list(range(len(windows)))


@pytest.mark.parametrize(
    ("tokens", "length"),
    [(3, 32), (32, 32), (33, 64), (65, 96), (96, 96), (97, 128), (129, 192), (257, 384), (385, 512), (513, 768)],
)
def test_lengths_are_powers_of_two_and_those_between(tokens, length):
    assert padded_length(tokens) == length


@given(st.integers(1, 20_000))
def test_a_padded_length_holds_its_tokens_and_wastes_less_than_half(tokens):
    length = padded_length(tokens)
    assert tokens <= length and (length == 32 or length < 2 * tokens)


@pytest.mark.parametrize(("length", "many"), [(32, 16), (96, 4), (384, 1), (512, 1), (2048, 1)])
def test_rows_are_a_power_of_two(length, many):
    assert rows(length, 512) == many
