"""fastText classifiers beside fastText's own prediction: `python -m benchmarks.classifier_speed`.

CPU seconds of one thread in one process, ours and theirs in turn, medians of five after a first pass. Texts are those
of benchmarks.peers: real where the development data is at hand, generated otherwise. Models are trained here, by the
library, to tell texts by their length: what they know is of no matter, that words and n-grams have rows of their own
is. Theirs is fasttext-numpy2, called as its users do, `predict` of each text that was made one line before (and its
signs set apart); with --other FOLDER also what `pip install --target FOLDER fasttext-predict` put there, in a process
of its own. Given all texts in one list, its C++ loop saves some of the calls: a row of its own.

A label differs where ours is another and not as good: models hardly trained have equal probabilities in plenty.

Shapes: Curate's own settings (16 dimensions, 2^18 buckets), fastText's defaults with bigrams (100 dimensions, 2
million buckets), each with two labels, which is one number a feature, and with ten. The bar is for the second: with 16
dimensions the library has a sixth of the additions to do, and finding words is most of what is left for either.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from benchmarks import results
from benchmarks.generate import generate
from benchmarks.peers_inputs import real
from benchmarks.rows import Row, table
from classifiers.fasttext import library
from classifiers.fasttext.lines import one_line
from classifiers.fasttext.settings import of
from curate import fasttext_model
from curate.kernels.fasttext import probabilities
from curate.kernels.fasttext_binary import binary, margins
from curate.kernels.fasttext_narrowed import narrowed
from curate.kernels.fasttext_tables import classifier

COMMAND = "python -m benchmarks.classifier_speed"
ROUNDS = 5
EQUAL = 1e-6


class Shape(NamedTuple):
    name: str
    labels: int
    settings: dict[str, Any]


OURS = {"epochs": 1}
THEIRS = {"epochs": 1, "dimensions": 100, "buckets": 2_000_000, "min_count": 1, "punctuation_apart": False}
SHAPES = (
    Shape("two labels", 2, OURS),
    Shape("two labels, fastText's size", 2, THEIRS),
    Shape("ten labels", 10, OURS),
    Shape("ten labels, fastText's size", 10, THEIRS),
)


def rows(data: Path, size: int, other: Path | None) -> list[Row]:
    texts = real(data, size) or [text for batch in generate(size) for text in batch["text"].to_pylist()]
    with tempfile.TemporaryDirectory() as scratch:
        return [row for shape in SHAPES for row in _beside(shape, texts, Path(scratch), other)]


def _beside(shape: Shape, texts: list[str], scratch: Path, other: Path | None) -> list[Row]:
    import fasttext

    apart = of(shape.settings).punctuation_apart
    path, lines = str(scratch / "model.bin"), [one_line(text, apart) for text in texts]
    _train(shape, lines, scratch / "lines.txt", path)
    theirs, tell, names = fasttext.load_model(path), *_kernel(fasttext_model.read(path), apart)
    array = pa.array(texts, pa.string())
    ours, each, whole = _in_turn(
        lambda: tell(array), lambda: [theirs.predict(line) for line in lines], lambda: theirs.predict(lines)
    )
    told = np.array([names.index(label) for (label,) in theirs.predict(lines)[0]])
    found = tell(array)
    differing = int((found.max(axis=1) - found[np.arange(len(lines)), told] > EQUAL).sum())
    size = array.nbytes / 1e6
    beside = {"fasttext-numpy2": each, "fasttext-numpy2 with a list": whole}
    if other is not None:
        beside["fasttext-predict"] = _other(other, path, scratch / "lines.txt")

    def row(what: str, value: float, unit: str, **more: Any) -> Row:
        return Row(f"fastText, {shape.name}: {what}", value, unit, len(texts), command=COMMAND, **more)

    held = {"fasttext-numpy2", "fasttext-predict"} if shape.settings is THEIRS else set()
    return [
        row("a document", _round(ours / len(texts) * 1e6), "us", reference=f"{_round(size / ours)} MB/s"),
        *(
            row(
                f"times as fast as {name}",
                _round(seconds / ours),
                "x",
                reference=f"{_round(size / seconds)} MB/s",
                bar=">= 5" if name in held else None,
            )
            for name, seconds in beside.items()
        ),
        row("labels that differ from fastText's", differing, "labels", bar="= 0"),
    ]


def _train(shape: Shape, lines: list[str], source: Path, path: str) -> None:
    cuts = np.quantile([len(line) for line in lines], np.arange(1, shape.labels) / shape.labels)
    marked = [f"__label__{np.searchsorted(cuts, len(line))} {line}\n" for line in lines]
    source.write_text("".join(marked), "utf-8")
    library.train(str(source), path, of(shape.settings), shape.settings["epochs"], 0)


def _kernel(model: fasttext_model.Model, apart: bool) -> tuple[Callable[[pa.Array], np.ndarray], list[str]]:
    """(texts to float[n, labels], names of the labels)."""
    names = [label.decode() for label in model.labels]
    if len(names) == 2:
        one = binary(model, apart)
        return lambda texts: np.outer(margins(one, texts)[0], [-0.5, 0.5]), names
    every = classifier(narrowed(model), apart)
    return lambda texts: probabilities(every, texts)[0], names


def _in_turn(*works: Callable[[], Any]) -> list[float]:
    """Seconds of each: a machine that grows slower does so for all."""
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(ROUNDS + 1):
        for work, seconds in zip(works, taken, strict=True):
            began = time.process_time()
            work()
            seconds.append(time.process_time() - began)
    return [median(seconds[1:]) for seconds in taken]


def _other(folder: Path, path: str, source: Path) -> float:
    code = (
        "import sys, time, fasttext; m = fasttext.load_model(sys.argv[1]); taken = []\n"
        "lines = [row.split(' ', 1)[1].rstrip('\\n') for row in open(sys.argv[2], encoding='utf-8', newline='\\n')]\n"
        "for _ in range(int(sys.argv[3]) + 1):\n"
        "    began = time.process_time(); [m.predict(line) for line in lines]\n"
        "    taken.append(time.process_time() - began)\n"
        "print(sorted(taken[1:])[len(taken) // 2 - 1])"
    )
    command = [sys.executable, "-c", code, path, str(source), str(ROUNDS)]
    done = subprocess.run(command, env={"PYTHONPATH": str(folder)}, capture_output=True, text=True, check=True)
    return float(done.stdout)


def _round(value: float) -> float:
    return float(f"{value:.3g}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(".data"))
    parser.add_argument("--megabytes", type=float, default=4)
    parser.add_argument("--other", type=Path, help="where fasttext-predict was installed by pip --target")
    parser.add_argument("--print", action="store_true", help="results.json stays as it is")
    options = parser.parse_args()
    found = rows(options.data, int(options.megabytes * 1e6), options.other)
    if not options.print:
        results.merge(found)
    print(table(found))


if __name__ == "__main__":
    main()
