"""How large a process gets that only encodes: realistic word frequencies, then words that never come twice.

python -m benchmarks.tokenizer_memory [MB of text, 1000] [MB of random letters, 300]

Generated text draws words by Zipf's law (rank log-uniform) from four million; about 2 % of the words of 1 GB are
distinct, where a web crawl has under 1 %. Random letters are the worst case of a cache that keeps words.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.tokenizer_text import random_letters
from curate import tokenizer
from curate.tokenizer import fast

WORDS = 4_000_000
DOCUMENTS, WORDS_OF_DOCUMENT = 1024, 600


def main(megabytes: int = 1000, letters: int = 300) -> None:
    made: list[int] = []
    resident = fast._resident
    encoder = tokenizer.load({"name": "cl100k"})
    engine = encoder._engine
    renew = engine._make  # counted from here on
    engine._make = lambda: [made.append(1), renew()][1]
    print(f"loaded: {resident() / 1e6:.0f} MB")
    for name, batches in [
        ("Zipf text", zipf(megabytes * 1_000_000)), ("random letters", random_letters(letters * 1_000_000)),
    ]:  # fmt: skip
        made.clear()
        size, seconds, most = 0, 0.0, 0
        for batch in batches:
            start = time.process_time()
            encoder.encode(batch)
            seconds += time.process_time() - start
            size, most = size + batch.nbytes, max(most, resident())
        print(f"{name}: {size / 1e6:,.0f} MB at {size / 1e6 / seconds:.0f} MB/CPU s; largest {most / 1e6:.0f} MB, "
              f"at the end {resident() / 1e6:.0f} MB; engine made anew {len(made)} times")


def zipf(size: int, seed: int = 0) -> Iterator[pa.Array]:
    rng = np.random.default_rng(seed)
    words = _words(rng)
    for _ in range(0, size, DOCUMENTS * WORDS_OF_DOCUMENT * 7):
        drawn = np.exp(rng.random(DOCUMENTS * WORDS_OF_DOCUMENT) * np.log(WORDS)).astype(np.int64)
        offsets = np.arange(0, len(drawn) + 1, WORDS_OF_DOCUMENT, np.int32)
        yield pc.binary_join(pa.ListArray.from_arrays(offsets, words.take(pa.array(drawn))), " ")


def _words(rng: np.random.Generator) -> pa.Array:
    """The commoner, the shorter: one letter more for each factor of five in rank."""
    lengths = 1 + (np.log(np.arange(WORDS) + 2) / np.log(5)).astype(np.int32)
    ends = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    letters = rng.integers(97, 123, ends[-1], np.uint8)
    return pa.StringArray.from_buffers(WORDS, pa.py_buffer(ends), pa.py_buffer(letters))


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main(*map(int, sys.argv[1:]))
