"""Speed of line work: CPU seconds, one thread, medians after a warm-up.

    python benchmarks/lines.py [--texts 3000] [--hashes 10000000]

On made-up prose of 14 words a line: hashing, repetition, the removal of every third line; then counting of hashes of
which a quarter is Zipfian.
"""

from __future__ import annotations

import argparse

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.near_duplicates import prose, seconds
from curate.dedup import lines


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--texts", type=int, default=3000)
    arguments.add_argument("--hashes", type=int, default=10_000_000)
    options = arguments.parse_args()
    _texts(options.texts)
    _counts(options.hashes)


def _texts(count: int) -> None:
    texts = pc.replace_substring_regex(prose(count), r"((?:\w+ ){13}\w+) ", "\\1\n")
    hashes, offsets = lines.line_hashes(texts, 10)
    gone = np.arange(len(hashes)) % 3 == 0
    print(f"{count:,} texts, {len(hashes):,} lines, {texts.nbytes / 1e6:.1f} MB")
    _row("hashes", seconds(lambda: lines.line_hashes(texts, 10)), texts)
    _row("repetition from 20 words", seconds(lambda: lines.repetition(texts, 20)), texts)
    _row("repetition from 5 words", seconds(lambda: lines.repetition(texts, 5)), texts)
    _row("removal of every third", seconds(lambda: lines.remove_lines(texts, gone, offsets)), texts)
    known = np.unique(hashes[::7])
    _row(f"look-up in {len(known):,}", seconds(lambda: lines.mask(hashes, known)), texts)


def _counts(count: int) -> None:
    drawn = np.random.default_rng(0)
    common = drawn.zipf(1.3, count // 4).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    hashes = np.concatenate([common, drawn.integers(1, 1 << 64, count - len(common), np.uint64)])
    drawn.shuffle(hashes)
    taken = seconds(lambda: lines.count(hashes), 3)
    print(f"counting {count:,} hashes {taken:8.2f} s {count / taken / 1e6:8.1f} M a second")


def _row(name: str, taken: float, texts: pa.Array) -> None:
    print(f"  {name:26}{taken * 1e3:8.1f} ms {texts.nbytes / 1e6 / taken:8.0f} MB/s")


if __name__ == "__main__":
    main()
