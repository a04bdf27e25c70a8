"""Lines joined to passages and long ones cut: no word is lost, and short ends join what is before them."""

from itertools import pairwise

import pyarrow as pa
import pytest
from hypothesis import example, given

from curate.kernels.passages import passages
from curate.kernels.scan import scan
from tests.oracles.hostile import TEXTS


def plain(words: list[list[str]], least: int, most: int) -> list[list[str]]:
    """The words of each passage of a text, whose words are given by line."""
    found: list[list[str]] = []
    held: list[str] = []
    for line in words:
        for number, word in enumerate(line):
            held.append(word)
            left, size = len("".join(line[number + 1 :])), len("".join(held))
            cut = size >= most or (2 * size >= most and word[-1] in ".!?")
            if (cut and left >= least) or (size >= least and not left):
                found.append(held)
                held = []
    if held and found:
        found[-1] += held
    elif held:
        found = [held]
    return found


def cut(whole, data: bytes, first: int, last: int) -> list[str]:
    return [data[whole.word_starts[w] : whole.word_ends[w]].decode() for w in range(first, last)]


@pytest.mark.parametrize(("least", "most"), [(1, 1), (3, 8), (12, 30)])
@given(texts=TEXTS)
@example(texts=["", "a\n", "one\n\ntwo\nthree and more\nx", "中文。\nไทย", None])
@example(texts=["one two three. four five six! seven eight nine\nten eleven", "one. two. three. " * 9])
def test_passages_are_their_definition(least, most, texts):
    scanned = scan(pa.array(texts, pa.string()))
    found = passages(scanned, least, most)
    data = bytes(scanned.data)
    for text, (first, last) in enumerate(pairwise(found.offsets)):
        lines = range(scanned.line_offsets[text], scanned.line_offsets[text + 1])
        words = [cut(scanned, data, *scanned.line_words[k : k + 2]) for k in lines]
        wanted = plain(words, least, most)
        assert found.chars[first:last].tolist() == [len("".join(held)) for held in wanted]
        spans = [data[found.starts[k] : found.ends[k]].decode() for k in range(first, last)]
        assert ["".join(span.split()) for span in spans] == ["".join(held) for held in wanted]
