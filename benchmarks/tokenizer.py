"""Encoding: MB a CPU second against tiktoken, on the same documents in the same run, and whether the ids agree.

python benchmarks/tokenizer.py [FILE or FOLDER of UTF-8 text, .gz or not ...]
"""

import gzip
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa

from curate import tokenizer
from curate.tokenizer.bpe import Exact
from curate.tokenizer.cl100k import SPECIALS, content
from curate.tokenizer.newer_unicode import holds_newer
from curate.tokenizer.ranks import read_ranks

BATCH_BYTES = 4 << 20
DOCUMENT_CHARS = 5000


def main(paths: list[str]) -> None:
    batches = documents(paths or [".data/books/gutenberg"])
    size = sum(batch.nbytes for batch in batches) / 1e6
    exact = Exact("cl100k", read_ranks(content(), "cl100k"), SPECIALS)
    fast = tokenizer.load({"name": "cl100k"})
    first, _ = timed(fast.encode, batches)
    again, ids = timed(fast.encode, batches)
    oracle, expected = timed(exact.encode, batches)
    scan, _ = timed(holds_newer, batches)
    same = all(np.array_equal(mine[0], own[0]) for mine, own in zip(ids, expected, strict=True))
    print(f"{size:.1f} MB in {sum(map(len, batches)):,} documents; ids the same: {same}")
    print(f"{'':30}  MB/CPU s  x tiktoken")
    for name, seconds in [
        ("tiktoken", oracle), (f"{fast.engine}, first pass", first), (f"{fast.engine}, again", again),
        ("  of which Unicode check", scan),
    ]:  # fmt: skip
        print(f"{name:30} {size / seconds:9.1f} {oracle / seconds:11.1f}")


def documents(paths: list[str]) -> list[pa.Array]:
    """Text of the files in documents of 5,000 characters, in batches of 4 MB."""
    files = sorted(file for path in map(Path, paths) for file in [path, *path.rglob("*")] if file.is_file())
    raw = [gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes() for file in files]
    texts = [content.decode("utf-8", "replace") for content in raw]
    parts = [text[at : at + DOCUMENT_CHARS] for text in texts for at in range(0, len(text), DOCUMENT_CHARS)]
    count = BATCH_BYTES // DOCUMENT_CHARS
    return [pa.array(parts[at : at + count]) for at in range(0, len(parts), count)]


def timed(function, batches: list[pa.Array]) -> tuple[float, list]:
    start = time.process_time()
    results = [function(batch) for batch in batches]
    return time.process_time() - start, results


if __name__ == "__main__":
    main(sys.argv[1:])
