"""Lines joined to passages: no line is lost, none is split, and short ends join what is before them."""

from itertools import pairwise

import pyarrow as pa
import pytest
from hypothesis import example, given

from curate.kernels.passages import passages
from curate.kernels.scan import scan
from tests.oracles import plain_signals
from tests.oracles.hostile import TEXTS


def plain(text: str, least: int) -> list[tuple[str, int]]:
    """(passage, code points of its words)"""
    found: list[list[str]] = []
    held: list[str] = []
    for line in plain_signals.lines(text):
        held.append(line)
        if letters(held) >= least:
            found.append(held)
            held = []
    if held and found:
        found[-1] += held
    elif held:
        found = [held]
    return [(held[0] + held[-1], letters(held)) for held in found]


def letters(lines: list[str]) -> int:
    return len("".join("".join(lines).split()))


@pytest.mark.parametrize("least", [1, 12])
@given(texts=TEXTS)
@example(texts=["", "a\n", "one\n\ntwo\nthree and more\nx", "中文。\nไทย", None])
def test_passages_are_their_definition(least, texts):
    scanned = scan(pa.array(texts, pa.string()))
    found = passages(scanned, least)
    data = bytes(scanned.data)
    for text, (first, last) in zip(texts, pairwise(found.offsets), strict=True):
        wanted = plain(text or "", least)
        spans = [data[found.starts[k] : found.ends[k]].decode() for k in range(first, last)]
        assert found.chars[first:last].tolist() == [size for _, size in wanted]
        assert [plain_signals.lines(span)[0] + plain_signals.lines(span)[-1] for span in spans] == [
            w for w, _ in wanted
        ]
