"""Benchmark items planted in fifteen ways: which are found, and that clean text has none.

What leaves an item's words in their order must not hide it: those have the bar. Halves and changed words are figures to
watch, since they depend on n; `benchmarks.contamination` prints them beside exact lines.
"""

from __future__ import annotations

from benchmarks.contamination import benchmarks, chance_hits, clean_texts, recall
from benchmarks.corpora import Corpora
from benchmarks.rows import Row, share
from curate.signals._benchmarks import items

IN_PART = ("first half", "second half, planted", "every 20th word changed", "every 10th word changed")


def rows(corpora: Corpora) -> list[Row]:
    section, clean = benchmarks(corpora.data), clean_texts(corpora.data)
    found = []
    for benchmark in section.benchmarks:
        n = len(items(benchmark).texts)
        for name, (many, _, _, by_line) in recall(benchmark, section, clean["c4"]).items():
            bar = None if name in IN_PART else ">= 1"
            lines = f"exact lines: {by_line / n:.3f}"
            found.append(share(f"contamination: {benchmark.name}, {name}", many, n, reference=lines, bar=bar))
    for name, texts in clean.items():
        by_chance = chance_hits(texts, section)
        hits = int(by_chance["hits"])
        found.append(Row(f"contamination: chance n-grams in {name}", hits, "n-grams", len(texts), bar="<= 0"))
    return found
