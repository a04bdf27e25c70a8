"""Are benchmark items found whatever was done to them, and clean text left alone? `python -m benchmarks.contamination`.

HumanEval and GSM8K of the development data, each item planted once in each way. Found: an item counts in
`contamination.items` (at least 20 % of its n-grams); any: one n-gram is enough. Beside it what exact lines find: the
item's lines of 20 and more characters, any of them. Clean text has none of the items: C4 and Gutenberg pages; code
repositories are shown too, since they may. Then CPU seconds of one thread.
"""

from __future__ import annotations

import gzip
import json
import random
import sys
import tarfile
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import pyarrow as pa

from curate.kernels.contamination import search
from curate.kernels.words import shingle_words
from curate.recipe.sections import Benchmark, Contamination
from curate.signals import compute
from curate.signals._benchmarks import items
from curate.signals._items import Index, index, summary

FILES = {
    "humaneval": ("HumanEval", ["prompt", "canonical_solution"]),
    "gsm8k": ("gsm8k_train_sample", ["question", "answer"]),
}
LEAST_LINE = 20
Change = Callable[[str, list[str]], str]


def main(data: Path) -> None:
    section = benchmarks(data)
    made = index(section)
    print(f"looked for: {summary(made)}; {_megabytes(made):.1f} MB of index")
    clean = clean_texts(data)
    for benchmark in section.benchmarks:
        n = len(items(benchmark).texts)
        print(f"\n{benchmark.name}: {n} items\n{'':28}{'found':>9}{'any':>9}{'best >= 0.5':>13}{'exact lines':>13}")
        for name, (found, any_hit, best, by_line) in recall(benchmark, section, clean["c4"]).items():
            print(f"{name:28}{found / n:>9.1%}{any_hit / n:>9.1%}{best / n:>13.1%}{by_line / n:>13.1%}")
    print()
    for name, texts in {**clean, "code repositories": _code(data / "code")}.items():
        print(f"{name}: {', '.join(f'{many:,} {what}' for what, many in chance_hits(texts, section).items())}")
    _speed([t for texts in clean.values() for t in texts], made, section)


def benchmarks(data: Path) -> Contamination:
    """HumanEval and a sample of GSM8K, by the recipe's defaults."""
    named = [
        Benchmark(name=name, path=str(data / f"labels/{file}.jsonl.gz"), fields=fields)
        for name, (file, fields) in FILES.items()
    ]
    return Contamination(benchmarks=named)


def clean_texts(data: Path) -> dict[str, list[str]]:
    """Pages and books in which no item is."""
    return {"c4": _jsonl(data / "labels/c4_sample.jsonl.gz"), "gutenberg": _files(data / "books/gutenberg")}


def changes() -> dict[str, Change]:
    """What is done to an item; the second argument is clean text to plant it in."""
    return {
        "as it is": lambda t, _: t,
        "wrapped at 40": lambda t, _: "\n".join(textwrap.wrap(t, 40)),
        "upper case": lambda t, _: t.upper(),
        "punctuation changed": lambda t, _: t.translate(str.maketrans(".,;:!?'\"", "!;,-?.`'")),
        "white space doubled": lambda t, _: t.replace(" ", "  ").replace("\n", "\n\n"),
        "# before every line": lambda t, _: "\n".join(f"# {line}" for line in t.split("\n")),
        "wrapped, // before lines": lambda t, _: "\n".join(f"// {line}" for line in textwrap.wrap(t, 40)),
        "a paragraph a sentence": lambda t, _: t.replace(". ", ".\n\n").replace("\n", "\n\n"),
        "planted in a page": lambda t, pages: f"{pages[0]} {t} {pages[1]}",
        "2 % of a long text": _diluted,
        "all of it at once": lambda t, pages: _diluted(
            "\n".join(f"// {x}" for x in textwrap.wrap(t.upper(), 40)), pages
        ),
        "first half": lambda t, _: " ".join(t.split()[: len(t.split()) // 2]),
        "second half, planted": lambda t, pages: f"{pages[0]} {' '.join(t.split()[len(t.split()) // 2 :])} {pages[1]}",
        "every 20th word changed": lambda t, _: " ".join(
            w if n % 20 else "changed" for n, w in enumerate(t.split(), 10)
        ),
        "every 10th word changed": lambda t, _: " ".join(
            w if n % 10 else "changed" for n, w in enumerate(t.split(), 5)
        ),
    }


def _diluted(text: str, pages: list[str]) -> str:
    words = " ".join(pages).split()
    around = 49 * len(text.split())
    words = (words * (around // max(len(words), 1) + 1))[:around]
    middle = around // 2
    return f"{' '.join(words[:middle])} {text} {' '.join(words[middle:])}"


def recall(benchmark: Benchmark, section: Contamination, pages: list[str]) -> dict[str, list[int]]:
    """By change: how many items are found, have one n-gram found, half their words found, are found by exact lines."""
    texts, draw = items(benchmark).texts, random.Random(1)
    lines = {line.strip() for t in texts for line in t.split("\n") if len(line.strip()) >= LEAST_LINE}
    counted = {}
    for name, change in changes().items():
        planted = [change(t, draw.sample(pages, 2)) for t in texts]
        made = compute(pa.table({"text": planted}), ["contamination"], contamination=section)
        counted[name] = [
            sum(n > 0 for n in made["contamination.items"].to_pylist()),
            sum(n > 0 for n in made["contamination.hits"].to_pylist()),
            sum(b >= 0.5 for b in made["contamination.best"].to_pylist()),
            sum(any(line.strip() in lines for line in t.split("\n")) for t in planted),
        ]
    return counted


def chance_hits(texts: list[str], section: Contamination) -> dict[str, float]:
    """What is found in texts that have none of the items."""
    made = compute(pa.table({"text": texts}), ["contamination"], contamination=section)
    hits, found = (made[f"contamination.{s}"].to_pylist() for s in ("hits", "items"))
    return {
        "documents": len(texts),
        "words": sum(len(t.split()) for t in texts),
        "hits": sum(hits),
        "documents with a hit": sum(h > 0 for h in hits),
        "documents with an item": sum(f > 0 for f in found),
        "best": max(made["contamination.best"].to_pylist()),
    }


def _speed(texts: list[str], made: Index, section: Contamination) -> None:
    array = pa.array(texts * 5, pa.large_string())
    size = sum(len(t.encode()) for t in texts) * 5 / 1e6
    words, offsets = shingle_words(array)
    table = pa.table({"text": array})
    search(words, offsets, made.ngrams)
    print(f"\n{size:.0f} MB, CPU of one thread, median of 5")
    for name, work in {
        "words": lambda: shingle_words(array),
        "n-grams looked up": lambda: search(words, offsets, made.ngrams),
        "family, with its scan": lambda: compute(table, ["contamination"], contamination=section),
    }.items():
        print(f"{name:28}{size / _seconds(work):>9.0f} MB/s")
    print(f"{'index made':28}{_seconds(lambda: _made_again(section), 1):>9.2f} s")


def _made_again(section: Contamination) -> Index:
    from curate.signals import _items

    _items._index.cache_clear()
    return index(section)


def _megabytes(made: Index) -> float:
    arrays = [*made.ngrams, made.item_of_word, made.lengths, made.looked_for, made.coverable, made.benchmark]
    return sum(a.nbytes for a in arrays) / 1e6


def _seconds(work: Callable[[], object], times: int = 5) -> float:
    took = []
    for _ in range(times):
        start = time.process_time()
        work()
        took.append(time.process_time() - start)
    return median(took)


def _jsonl(path: Path) -> list[str]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in lines]


def _files(folder: Path) -> list[str]:
    return [path.read_text("utf-8", "replace") for path in sorted(folder.rglob("*")) if path.is_file()]


def _code(folder: Path) -> list[str]:
    def texts() -> Iterator[str]:
        for path in sorted(folder.glob("*.tar.gz")):
            with tarfile.open(path) as archive:
                for member in archive:
                    if member.isfile() and (file := archive.extractfile(member)):
                        yield file.read().decode("utf-8", "replace")

    return list(texts())


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else ".data"))
