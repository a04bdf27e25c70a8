"""Encoding: MB a CPU second against tiktoken, on the same documents in the same run, and whether the ids agree.

    python -m benchmarks.tokenizer [--megabytes 128]

The text is `tokenizer_text`'s, in batches of 1,024 documents of about 5,000 characters; the hostile strings are those
of the tests. `a new engine` has met no word when it begins, as in a worker. tiktoken is timed bare: its lists of ids,
without our turning them into arrays.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks import results, tokenizer_text
from benchmarks.rows import Row, table
from curate import tokenizer
from curate.tokenizer.buffers import buffers
from curate.tokenizer.cl100k import PATTERN, content
from curate.tokenizer.newer_unicode import holds_newer
from curate.tokenizer.ranks import read_ranks
from tests.tokenizer.hostile import strings

COMMAND = "python -m benchmarks.tokenizer"
HOSTILE = 60_000


def rows(data: Path, megabytes: int) -> list[Row]:
    import tiktoken

    ranks = read_ranks(content(), "cl100k")
    exact = tiktoken.Encoding("oracle", pat_str=PATTERN, mergeable_ranks=ranks, special_tokens={})
    texts = list(tokenizer_text.batches(tokenizer_text.source(data), megabytes * 1_000_000))
    distinct, words = tokenizer_text.share_of_distinct(texts)
    documents, size = sum(map(len, texts)), sum(batch.nbytes for batch in texts) / 1e6
    print(f"{size:.1f} MB in {documents:,} documents; {words:,} words, {distinct:,} distinct ({distinct / words:.2%})")
    fast = tokenizer.load({"name": "cl100k"})
    first, again = (timed(fast.encode, texts) for _ in range(2))
    scan = timed(lambda batch: holds_newer(*buffers(batch)), texts)
    oracle = timed(lambda batch: [exact.encode_ordinary(text) for text in batch.to_pylist()], texts)

    def speed(name: str, seconds: float) -> Row:
        ratio = _round(oracle / seconds)
        return _row(name, _round(size / seconds), "MB/s", documents, reference="tiktoken", ratio=ratio)

    wrong = sum(differing(fast.encode(b), [exact.encode_ordinary(t) for t in b.to_pylist()]) for b in texts)
    hostile = strings(HOSTILE)
    odd = differing(fast.encode(pa.array(hostile)), [exact.encode_ordinary(text) for text in hostile])
    name, beside = "whose ids differ from tiktoken's", f"{size:.0f} MB of {words:,} words, {distinct:,} distinct"
    return [
        speed(f"{fast.engine}, a new engine", first),
        speed(f"{fast.engine}, words met before", again),
        _row("the check for characters of newer Unicode, part of both", _round(size / scan), "MB/s", documents),
        _row(f"documents {name}", wrong, "documents", documents, bar="= 0", reference=beside),
        _row(f"hostile strings {name}", odd, "strings", len(hostile), bar="= 0",
             reference=f"{len(set(hostile)):,} distinct"),
    ]  # fmt: skip


def timed(function: Callable[[pa.Array], Any], batches: list[pa.Array]) -> float:
    """CPU seconds; results are let go, as in a worker that has written them."""
    start = time.process_time()
    for batch in batches:
        function(batch)
    return time.process_time() - start


def differing(encoded: tuple[np.ndarray, np.ndarray], expected: list[list[int]]) -> int:
    """How many rows have other ids."""
    ids, offsets = encoded
    rows = zip(offsets, offsets[1:], expected, strict=False)
    return sum(ids[start:end].tolist() != own for start, end, own in rows) + abs(len(offsets) - 1 - len(expected))


def _row(name: str, value: float, unit: str, n: int, **more: Any) -> Row:
    return Row(f"tokenizer: {name}", value, unit, n, command=COMMAND, **more)


def _round(value: float) -> float:
    return float(f"{value:.3g}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(".data"))
    parser.add_argument("--megabytes", type=int, default=128)
    options = parser.parse_args()
    found = rows(options.data, options.megabytes)
    results.merge(found)
    print(table(found))


if __name__ == "__main__":
    main()
