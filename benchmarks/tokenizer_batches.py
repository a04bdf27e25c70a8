"""Does encoding pay for small batches? MB and tokens a CPU second, by what one call is given.

python -m benchmarks.tokenizer_batches [MB of text, 100]

Books of `.data` over and over, whole and cut into documents of 5,000 characters, in calls of so many bytes; by an
engine that has met the words, so that the difference is the calls'. `clean` hands over what stands of a row group of
4 MB: whole books are few in a call, and so are pages where most were removed.
"""

from __future__ import annotations

import glob
import gzip
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from curate import tokenizer

SHAPES = [("books", None, [1 << 22, 1 << 24, 1 << 26]), ("pages", 5000, [1 << 13, 40_000, 1 << 18, 1 << 20, 1 << 22])]


def main(megabytes: int = 100) -> None:
    paths = sorted(glob.glob(".data/books/gutenberg/**/*.gz", recursive=True))
    books = [gzip.decompress(Path(path).read_bytes()).decode("utf-8", "replace") for path in paths]
    books *= 1 + megabytes * 1_000_000 // sum(len(book) for book in books)
    encoder = tokenizer.load({"name": "cl100k"})
    for batch in calls(books[: len(paths)], 1 << 22):
        encoder.encode(batch)  # meets the words
    print("                     documents   MB a    M tokens")
    print("        KB a call       a call  CPU s       a CPU s")
    for name, cut, sizes in SHAPES:
        texts = books if cut is None else [b[at : at + cut] for b in books for at in range(0, len(b), cut)]
        for size in sizes:
            made = list(calls(texts, size))
            started = time.process_time()
            tokens = sum(len(encoder.encode(batch)[0]) for batch in made)
            spent = time.process_time() - started
            volume = sum(batch.nbytes for batch in made) / 1e6
            each = len(texts) / len(made)
            print(f"{name} {size / 1e3:10,.0f} {each:12.1f} {volume / spent:6.0f} {tokens / spent / 1e6:13.1f}")


def calls(texts: list[str], size: int) -> Iterator[pa.Array]:
    """Arrays of at least `size` bytes, the last one excepted."""
    held: list[str] = []
    total = 0
    for text in texts:
        held.append(text)
        total += len(text.encode())
        if total >= size:
            yield pa.array(held)
            held, total = [], 0
    if held:
        yield pa.array(held)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
