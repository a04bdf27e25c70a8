"""The generator of realistic documents: benchmarks stand on it, so its bytes and its shares must not drift unseen."""

from __future__ import annotations

import json
from collections import Counter

import pyarrow as pa
import pytest
import zstandard

from benchmarks.generate import generate, text_bytes, write

SIZE = 6_000_000


@pytest.fixture(scope="module")
def table() -> pa.Table:
    return pa.Table.from_batches(generate(SIZE, seed=1))


def test_one_seed_gives_the_same_documents_again_and_another_gives_others(table):
    assert pa.Table.from_batches(generate(SIZE, seed=1)) == table
    assert pa.Table.from_batches(generate(100_000, seed=2))["text"][0] != table["text"][0]


def test_a_smaller_size_is_a_beginning_of_a_larger_one(table):
    few = pa.Table.from_batches(generate(1_000_000, seed=1))
    assert few == table.slice(0, len(few))


def test_the_size_is_reached_by_the_last_document(table):
    sizes = [text_bytes(batch) for batch in table.to_batches()]
    last = len(table["text"][-1].as_py().encode())
    assert SIZE <= sum(sizes) < SIZE + last


def test_there_are_exact_copies_near_copies_and_repeated_lines(table):
    texts = table["text"].to_pylist()
    copies = len(texts) - len(set(texts))
    assert 0.02 < copies / len(texts) < 0.08
    lines = Counter(line for text in texts for line in set(text.splitlines()))
    assert lines["Contact us"] > len(texts) / 20
    assert any(count > 6 and len(line) > 20 for line, count in lines.items())


def test_jsonl_holds_the_same_documents(table, tmp_path):
    paths = write(300_000, tmp_path, "jsonl", seed=1, file_size=100_000)
    unpacked = [zstandard.ZstdDecompressor().stream_reader(path.open("rb")).read() for path in paths]
    rows = [json.loads(row) for file in unpacked for row in file.splitlines()]
    assert rows == table.slice(0, len(rows)).to_pylist()
