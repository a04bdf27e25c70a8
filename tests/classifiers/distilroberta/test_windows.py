"""Windows of long documents, held against what is said of them, for any length and size."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from classifiers.distilroberta.windows import CHARS_PER_TOKEN, pool, spread, windows


class Letters:
    """A tokenizer of one token a character, which remembers how much it was asked to read."""

    def __init__(self):
        self.read = 0

    def encode(self, text, add_special_tokens):
        assert not add_special_tokens
        self.read += len(text)
        return type("Encoding", (), {"ids": [ord(letter) for letter in text]})


def numbered(length: int) -> str:
    """Characters that say where they stand; none is white space."""
    return "".join(chr(0x4E00 + n % 20_000) for n in range(length))


SIZES = st.tuples(st.integers(8, 40), st.integers(0, 2), st.integers(1, 6))


@given(length=st.integers(1, 400), sizes=SIZES)
def test_a_document_within_its_windows_is_read_whole_in_equal_windows_that_overlap(length, sizes):
    max_tokens, overlap, most = sizes
    text, room = numbered(length), max_tokens - 2
    found = windows(Letters(), text, max_tokens, overlap, most)
    whole = [ord(letter) for letter in text]
    if length > most * max_tokens * CHARS_PER_TOKEN:
        return
    starts = [whole.index(window[0]) for window in found]
    assert len(found) <= most and starts[0] == (0 if len(found) > 1 else max(length - room, 0) // 2)
    assert all(window.tolist() == whole[s : s + room] for s, window in zip(starts, found, strict=True))
    assert {len(window) for window in found} == {min(length, room)}
    enough = overlap + most * (room - overlap) >= length
    if enough:  # all is read, and neighbours share `overlap` tokens at least
        assert starts[0] == 0 and starts[-1] + room >= length
        assert all(b - a <= room - overlap for a, b in pairwise(starts))
    else:
        assert len(found) == most


@given(length=st.integers(0, 10**9), size=st.integers(1, 10**6), many=st.integers(2, 64))
def test_pieces_are_spread_evenly_from_the_first_to_the_last(length, size, many):
    starts = spread(length, size, many)
    assert starts[0] == 0 and starts[-1] == max(length - size, 0)
    gaps = {b - a for a, b in pairwise(starts)}
    assert max(gaps) - min(gaps) <= 1


def test_of_ten_million_characters_a_bounded_number_is_read():
    letters, text = Letters(), numbered(20_000) * 500
    found = windows(letters, text, 512, 64, 8)
    assert letters.read == 8 * 512 * CHARS_PER_TOKEN
    assert [len(window) for window in found] == [510] * 8
    assert found[-1][0] == ord(text[-512 * CHARS_PER_TOKEN])


def test_a_text_of_nothing_has_no_window():
    assert windows(Letters(), "", 512, 64, 8) == windows(Letters(), " \n\t  ", 512, 64, 8) == []


def test_passages_of_white_space_in_a_long_document_are_passed_over():
    text = "word" + " " * 9_000_000 + "word"
    found = windows(Letters(), text, 512, 64, 8)
    assert len(found) == 2 and [bytes(found[0][:4].astype(np.uint8)), bytes(found[1][-4:].astype(np.uint8))]


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 510), st.integers(0, 1000)), max_size=12))
def test_pooling_is_the_mean_by_tokens(rows):
    document = np.array([row[0] for row in rows], np.int64)
    tokens = np.array([row[1] for row in rows], np.int64)
    p = np.array([[row[2] / 1000, 1 - row[2] / 1000] for row in rows]).reshape(-1, 2)
    found = pool(p, tokens, document, 5)
    for k in range(5):
        own = [(row[1], row[2] / 1000) for row in rows if row[0] == k]
        if own:
            expected = sum(n * share for n, share in own) / sum(n for n, _ in own)
            assert np.allclose(found[k], [expected, 1 - expected])
        else:
            assert np.isnan(found[k]).all()
