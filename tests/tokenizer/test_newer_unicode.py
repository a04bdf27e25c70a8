"""Where the two engines' Unicode versions differ, measured at the edges of the listed ranges."""

import gigatoken
import pyarrow as pa
import pytest
import tiktoken

from curate.tokenizer import newer_unicode
from curate.tokenizer.buffers import buffers
from curate.tokenizer.cl100k import PATTERN
from curate.tokenizer.newer_unicode import RANGES, holds_newer
from curate.tokenizer.ranks import write_ranks

SAMPLE = range(0x80, 0x20000, 13)


@pytest.fixture(scope="module")
def engines(tmp_path_factory):
    """Both engines with merges that join b, 1 and ! to any following character of the same class."""
    tokens = [bytes([byte]) for byte in range(256)]
    tokens += [bytes([first, lead]) for first in b"b1!" for lead in range(0xC2, 0xF5)]
    path = tmp_path_factory.mktemp("probe") / "probe.tiktoken"
    path.write_bytes(write_ranks(tokens))
    ranks = {token: rank for rank, token in enumerate(tokens)}
    exact = tiktoken.Encoding("probe", pat_str=PATTERN, mergeable_ranks=ranks, special_tokens={})
    return exact, gigatoken.Tokenizer.from_tiktoken(path, pretokenizer="cl100k")


def differing(engines, points):
    exact, fast = engines
    texts = [f"b{chr(point)}\n1{chr(point)}\n!{chr(point)}" for point in points]
    ids = fast.encode_batch(texts, parallel=False).tolist()
    own = [exact.encode_ordinary(text) for text in texts]
    return [point for point, one, other in zip(points, own, ids, strict=True) if one != other]


def test_the_engines_differ_at_both_ends_of_every_range_and_not_beside_it(engines):
    ends = sorted({end for bounds in RANGES for end in bounds})
    beside = sorted({n for first, last in RANGES for n in (first - 1, last + 1)} - set(ends))
    assert differing(engines, ends) == ends
    assert differing(engines, beside) == []


def test_a_sample_of_all_code_points_differs_only_inside_the_ranges(engines):
    points = [point for point in SAMPLE if not 0xD800 <= point < 0xE000]
    assert all(any(first <= point <= last for first, last in RANGES) for point in differing(engines, points))


def test_documents_with_such_a_code_point_are_found():
    texts = pa.array(["plain", None, "x\u088f", "", "漢字\U00033479", "\U0003347a"])
    assert holds_newer(*buffers(texts)) == [2, 4]
    assert holds_newer(*buffers(texts[3:])) == [1]


def test_every_code_point_is_told_apart():
    points = [point for point in range(0x110000) if not 0xD800 <= point < 0xE000]
    newer = [n for n, point in enumerate(points) if any(first <= point <= last for first, last in RANGES)]
    assert holds_newer(*buffers(pa.array(map(chr, points), pa.string()))) == newer


def test_the_end_of_a_part_cuts_no_character(monkeypatch):
    monkeypatch.setattr(newer_unicode, "_PART", 3)
    assert holds_newer(*buffers(pa.array(["ab\U00033479", "\u088f", "c"]))) == [0, 1]
