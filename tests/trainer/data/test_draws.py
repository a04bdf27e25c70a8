"""Draws that are the same everywhere, and turns that lie evenly."""

import numpy as np
import pytest

from trainer.data.draws import drawn, evenly, key_of, permutation


def splitmix64(value: int) -> int:
    """The finaliser of Steele, Lea and Flood (2014), in whole numbers."""
    mask = (1 << 64) - 1
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9 & mask
    value = (value ^ value >> 27) * 0x94D049BB133111EB & mask
    return value ^ value >> 31


@pytest.mark.parametrize("key", [0, 1, 1 << 63, (1 << 64) - 1])
def test_draws_are_splitmix64_of_the_number_under_its_key(key):
    numbers = [0, 1, 2, 10**6, 2**40]
    expected = [splitmix64((number * 0x9E3779B97F4A7C15 + key) % (1 << 64)) for number in numbers]
    assert drawn(np.array(numbers), key).tolist() == expected


def test_a_permutation_has_every_number_once_and_depends_on_its_key():
    assert sorted(permutation(1000, 5)) == list(range(1000))
    assert permutation(1000, 5).tolist() != permutation(1000, 6).tolist()
    assert key_of("a", 1) != key_of("a1") and key_of("a", 1) == key_of("a", "1")


@pytest.mark.parametrize("size", [1, 2, 5, 8, 24, 64, 100])
def test_turns_taken_so_far_lie_evenly(size):
    turn = evenly(size)
    assert sorted(turn) == list(range(size))
    for taken in (2, 4, 8, 16):
        if size % taken == 0 and size & (size - 1) == 0:
            assert [at * taken // size for at in np.flatnonzero(turn < taken)] == list(range(taken))
