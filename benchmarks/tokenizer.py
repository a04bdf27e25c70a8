"""Encoding: MB a CPU second against tiktoken, on the same documents in the same run, and whether the ids agree.

python -m benchmarks.tokenizer [MB of text, 128]

The text is `tokenizer_text`'s, in batches of 1,024 documents of about 5,000 characters; the hostile strings are those
of the tests. `first pass` begins with an engine that has met no word, as a worker does. tiktoken is timed bare: its
lists of ids, without our turning them into arrays.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks import tokenizer_text
from curate import tokenizer
from curate.tokenizer.buffers import buffers
from curate.tokenizer.cl100k import PATTERN, content
from curate.tokenizer.newer_unicode import holds_newer
from curate.tokenizer.ranks import read_ranks
from tests.tokenizer.hostile import strings

HOSTILE = 60_000


def main(megabytes: int = 128) -> None:
    import tiktoken

    ranks = read_ranks(content(), "cl100k")
    exact = tiktoken.Encoding("oracle", pat_str=PATTERN, mergeable_ranks=ranks, special_tokens={})
    paragraphs = tokenizer_text.source(Path(".data"))
    texts = list(tokenizer_text.batches(paragraphs, megabytes * 1_000_000))
    distinct, words = tokenizer_text.share_of_distinct(texts)
    size = sum(batch.nbytes for batch in texts) / 1e6
    print(f"{size:.1f} MB in {sum(map(len, texts)):,} documents, batches of {len(texts[0]):,}; "
          f"{words:,} words, {distinct:,} distinct ({distinct / words:.2%})")
    fast = tokenizer.load({"name": "cl100k"})
    first, again = (timed(fast.encode, texts) for _ in range(2))
    scan = timed(lambda batch: holds_newer(*buffers(batch)), texts)
    oracle = timed(lambda batch: [exact.encode_ordinary(text) for text in batch.to_pylist()], texts)
    print(f"{'':30}  MB/CPU s  x tiktoken")
    for name, seconds in [
        ("tiktoken", oracle), (f"{fast.engine}, first pass", first), (f"{fast.engine}, again", again),
        ("  of which Unicode check", scan),
    ]:  # fmt: skip
        print(f"{name:30} {size / seconds:9.1f} {oracle / seconds:11.1f}")
    wrong = sum(differing(fast.encode(b), [exact.encode_ordinary(t) for t in b.to_pylist()]) for b in texts)
    print(f"documents whose ids differ from tiktoken's: {wrong} of {sum(map(len, texts)):,}")
    hostile = strings(HOSTILE)
    wrong = differing(fast.encode(pa.array(hostile)), [exact.encode_ordinary(text) for text in hostile])
    print(f"hostile strings whose ids differ: {wrong} of {len(hostile):,} ({len(set(hostile)):,} distinct)")


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


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
