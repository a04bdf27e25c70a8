"""Speed of sketches and of the decision: CPU seconds, one thread, medians after a warm-up.

    python benchmarks/near_duplicates.py [--texts 3000] [--edges 1000000]

Sketches of made-up prose, beside datasketch on the same shingles; then the kept set of a random graph.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np
import pyarrow as pa

from curate.dedup.keepers import keep
from curate.dedup.shingles import text_shingles
from curate.dedup.sketches import sketch_texts, sketches

VALUES, NGRAM = 112, 5


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--texts", type=int, default=3000)
    arguments.add_argument("--edges", type=int, default=1_000_000)
    options = arguments.parse_args()
    _sketches(options.texts)
    _kept(options.edges)


def prose(count: int, words: int = 500) -> pa.StringArray:
    """Texts of `words` words, of Zipfian frequencies and about 6 bytes each."""
    drawn = np.random.default_rng(0)
    vocabulary = [
        "".join(chr(97 + c) for c in drawn.integers(0, 26, length)) for length in drawn.integers(2, 9, 20_000)
    ]
    ranks = np.minimum(drawn.zipf(1.3, (count, words)) - 1, len(vocabulary) - 1)
    return pa.array([" ".join(vocabulary[rank] for rank in text) for text in ranks])


def seconds(work: Callable[[], Any], times: int = 5) -> float:
    work()
    taken = []
    for _ in range(times):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return median(taken)


def _sketches(count: int) -> None:
    import datasketch

    texts = prose(count)
    hashes, offsets = text_shingles(texts, NGRAM)
    few = [hashes[offsets[at] : offsets[at + 1]].astype(np.uint32).tolist() for at in range(min(count, 300))]
    bulk = seconds(lambda: datasketch.MinHash.bulk(few, num_perm=VALUES, hashfunc=lambda e: e), 3)
    whole = seconds(lambda: sketch_texts(texts, NGRAM, VALUES, 1))
    alone = seconds(lambda: sketches(hashes.astype(np.uint32), offsets, VALUES, 1))
    print(f"{count:,} texts of 500 words, {texts.nbytes / 1e6:.1f} MB, {VALUES} values")
    print(f"  words, shingles and sketches {whole / count * 1e6:8.1f} µs a text {texts.nbytes / 1e6 / whole:8.0f} MB/s")
    print(f"  sketches of given shingles   {alone / count * 1e6:8.1f} µs a text")
    print(f"  datasketch of given shingles {bulk / len(few) * 1e6:8.1f} µs a text")


def _kept(edges: int) -> None:
    drawn = np.random.default_rng(0)
    a, b = drawn.integers(0, edges, (2, edges))
    order = drawn.integers(0, 1000, (edges, 3))
    similarity = drawn.random(edges)
    print(f"kept set of {edges:,} edges, three order keys")
    edge_list = (a, b, similarity, order[a], order[b])
    print(f"  one pass {seconds(lambda: keep(*edge_list), 3):8.2f} s")


if __name__ == "__main__":
    main()
