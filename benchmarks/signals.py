"""How fast signals are, and how much faster than their plain definitions: `python -m benchmarks.signals FILE...`.

FILEs are text, Parquet with a `text` column, or .jsonl(.gz) with one. CPU seconds of one thread, both in the same run,
median of 5; the plain Python of tests/oracles is timed on the first documents only.
"""

import gzip
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pyarrow as pa
import pyarrow.parquet as pq

from curate import signals
from curate.kernels import seconds_to_warm
from curate.kernels.scan import scan
from curate.kernels.words import shingle_words
from tests.oracles import plain_signals

PLAIN_DOCUMENTS = 200


def main(paths: list[str]) -> None:
    texts = [t for path in paths for t in _texts(Path(path))]
    print(f"compile or load: {seconds_to_warm():.1f} CPU s; {len(texts)} documents")
    table, part = pa.table({"text": texts}), texts[:PLAIN_DOCUMENTS]
    size, part_size = (sum(len(t.encode()) for t in x) / 1e6 for x in (texts, part))
    for families in (["gopher"], ["repetition"], ["gopher", "repetition"], ["pii"], ["code", "math"], ["adult"], None):
        ours = size / _seconds(lambda f=families: signals.compute(table, f), 5)
        plain = [getattr(plain_signals, f) for f in families or [] if f != "adult"]
        slow = part_size / _seconds(lambda p=plain: [f(t) for f in p for t in part], 1) if plain else None
        ratio = f", plain Python {slow:.2f}: {ours / slow:.0f} times" if slow else ""
        print(f"{'scan + ' + ' + '.join(families or ['all']):34} {ours:7.0f} MB/s{ratio}")
    print(f"{'scan':34} {size / _seconds(lambda: scan(table['text']), 5):7.0f} MB/s")
    print(f"{'shingle words':34} {size / _seconds(lambda: shingle_words(table['text']), 5):7.0f} MB/s")


def _texts(path: Path) -> list[str]:
    if path.suffix == ".parquet":
        return pq.read_table(path, columns=["text"])["text"].to_pylist()
    if ".jsonl" in path.name:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as lines:
            return [text for line in lines if (text := json.loads(line).get("text"))]
    return [path.read_text("utf-8", "replace")]


def _seconds(work: Callable[[], object], times: int) -> float:
    took = []
    for _ in range(times):
        start = time.process_time()
        work()
        took.append(time.process_time() - start)
    return median(took)


if __name__ == "__main__":
    main(sys.argv[1:])
