"""The trainer's loader: tokens a core second, and how well batches mix a corpus whose shards are sorted by source.

    python -m benchmarks.loader [--row-groups 24]

Speed: shards as `pack` writes them (ids of a Zipf law over cl100k's 100,000; rows of 8,192), all batches of an epoch
made by one thread, in CPU seconds, beside pyarrow's read_table of the same files. A disk is not measured: the files
were just written.

Mixing: row groups of 2 M tokens, all of the first source first, then all of the second ...; sizes of sources and files
are drawn, `SEEDS` times. Of a batch, the shares of the sources; of these, over the batches of an epoch, the
autocorrelation (of all sources together, each by its own variance) at lags 1 to 8. The figure is the one farthest from
that of the same rows in a full random shuffle, whose noise is about 0.01: the smallest corpus is shuffled so. Beside
it stands the variance of the shares over that of the shuffle, since an order could have no autocorrelation and wildly
uneven batches.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks import results
from benchmarks.rows import Row, table
from tests.trainer.data import made
from trainer import recipe
from trainer.data.footers import Source
from trainer.data.loader import Loader
from trainer.data.order import Order
from trainer.data.rows import decode
from trainer.data.shards import open_corpora

COMMAND = "python -m benchmarks.loader"
LENGTH, GROUP = 8192, 256  # tokens a row, rows a row group
LAGS = range(1, 9)
SEEDS = 32


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--row-groups", type=int, default=24)
    parser.add_argument("--out", type=Path, default=results.PATH)
    options = parser.parse_args()
    pa.set_cpu_count(1)
    with tempfile.TemporaryDirectory() as scratch:
        found = [*speed(Path(scratch), options.row_groups), *mixing()]
    results.merge(found, options.out)
    print(table(found))


def speed(folder: Path, groups: int) -> list[Row]:
    import torch

    torch.set_num_threads(1)
    files = written(folder, groups)
    tokens = groups * GROUP * LENGTH
    plain = seconds(lambda: [pq.read_table(file, use_threads=False) for file in files])
    shards = open_corpora({"c": str(folder)}, LENGTH)
    decoded = seconds(lambda: [decode(group, shards.vocabulary, Source()) for group in shards.streams["c/web"]])
    stage = {"tokens": tokens, "length": LENGTH, "batch": 16 * LENGTH}
    with Loader(recipe.of({"corpora": {"c": str(folder)}, "model": "8b", "stages": [stage]})) as loader:
        batches = seconds(lambda: [loader.batch(step) and None for step in range(loader.steps)])

    def row(name: str, spent: float, bar: str | None = None) -> Row:
        beside = {"reference": "pyarrow read_table of the same files", "ratio": round(plain / spent, 3)}
        return Row(name, round(tokens / spent / 1e6, 1), "M tokens/s", groups, bar=bar, command=COMMAND, **beside)

    return [row("loader: row groups decoded and checked", decoded), row("loader: batches", batches, ">= 10")]


def written(folder: Path, groups: int) -> list[Path]:
    digest, rng = made.vocabulary(folder / "tokens", size=100_262), np.random.default_rng(0)
    files = []
    for part in range(0, groups, 8):
        number = min(8, groups - part) * GROUP
        ids = np.minimum(rng.zipf(1.1, number * LENGTH) - 1, 100_255).astype(np.int32)
        files.append(folder / "tokens" / f"sequence={LENGTH}" / "category=web" / f"part-{part:05d}.parquet")
        made.plain(files[-1], ids.reshape(number, LENGTH), pieces=8, group=GROUP, digest=digest)
    return files


def mixing() -> list[Row]:
    cases = (
        ("8 sources, 6.5 G tokens, batches of 4 M", 3000, 8, 512, "<= 0.02"),
        ("8 sources, 6.5 G tokens, batches of 8 M", 3000, 8, 1024, "<= 0.02"),
        ("16 sources, 6.5 G tokens, batches of 16 M", 3000, 16, 2048, None),
        ("8 sources, 0.7 G tokens, batches of 1 M", 300, 8, 128, "<= 0.02"),
        ("8 sources, 0.1 G tokens, batches of 0.1 M", 50, 8, 16, "<= 0.02"),
    )
    return [row for case in cases for row in mixed(*case)]


def mixed(name: str, groups: int, sources: int, batch: int, bar: str | None) -> list[Row]:
    """Of row groups sorted by source."""
    ours, shuffled, batches = [], [], 0
    for seed in range(SEEDS):
        rng = np.random.default_rng(seed)
        rows, source = sorted_corpus(groups, sources, rng)
        order = Order("benchmark", rows, LENGTH, seed, lanes=64)
        ours.append(correlations(source[order.find(*order.turns(0, order.rows)).group], batch, sources))
        shuffled.append(correlations(rng.permutation(np.repeat(source, rows)), batch, sources))
        batches += order.rows // batch
    (lags, variance), (lags_of_shuffle, variance_of_shuffle) = (
        (np.mean([found for found, _ in each], 0), np.mean([found for _, found in each])) for each in (ours, shuffled)
    )
    farthest = float(np.abs(lags - lags_of_shuffle).max())
    ratio = round(float(variance / variance_of_shuffle), 3)
    beside = {"reference": "a full random shuffle's", "command": COMMAND}
    return [
        Row(f"loader: autocorrelation, {name}", round(farthest, 4), "from", batches, bar=bar, seeds=SEEDS, **beside),
        Row(f"loader: variance, {name}", ratio, "x", batches, bar="<= 1.1", seeds=SEEDS, **beside),
    ]


def sorted_corpus(groups: int, sources: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """(rows, source) of each row group: sources of unequal sizes, files of about twelve, the last of each smaller."""
    share = rng.dirichlet(np.full(sources, 2.0))
    source = np.repeat(np.arange(sources), np.maximum(share * groups, 1).astype(int))
    rows = GROUP + rng.integers(0, GROUP // 8, len(source))
    last = rng.random(len(source)) < 1 / 12
    rows[last] = rng.integers(1, GROUP, last.sum())
    return rows, source


def correlations(sources: np.ndarray, batch: int, count: int) -> tuple[np.ndarray, float]:
    """(autocorrelation of the sources' shares in batches at each lag, their variance summed over sources)."""
    steps = len(sources) // batch
    cells = np.repeat(np.arange(steps), batch) * count + sources[: steps * batch]
    shares = np.bincount(cells, minlength=steps * count).reshape(steps, count) / batch
    away = shares - shares.mean(0)
    variance = float((away**2).mean(0).sum())
    return np.array([(away[lag:] * away[:-lag]).mean(0).sum() / variance for lag in LAGS]), variance


def seconds(call: object) -> float:
    """CPU seconds of all threads, the least of three."""
    spent = []
    for _ in range(3):
        began = time.process_time()
        call()  # type: ignore[operator]
        spent.append(time.process_time() - began)
    return min(spent)


if __name__ == "__main__":
    main()
