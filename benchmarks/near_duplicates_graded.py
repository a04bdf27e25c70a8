"""Near duplicates on so many graded pairs that the bars can be proved: `python -m benchmarks.near_duplicates_graded`.

The ground truth of `.data/neardup` has some hundred distinct removals, none wrong, which bounds the share of wrong ones
at 3 %. Here each of 20,000 generated documents of 150 to 400 words has three edited versions, in which words at random
places are replaced; a version's share of replaced words is drawn so that its Jaccard index with the first is anywhere
between 0.4 and 1. All pairs of a family are judged by their exact index (sets of 5-grams of lower-cased words): a pair
of 0.8 and more is resolved if not both are kept, a removal is wrong below 0.7. Hard cases are far more frequent than in
a crawl. Families are independent, so intervals draw them again, or are Wilson's where nothing went wrong.
"""

from __future__ import annotations

import argparse
from itertools import combinations

import numpy as np
import pyarrow as pa

from benchmarks import generate, results
from benchmarks.near_duplicates_judged import judge, resolved_row, wrong_row
from benchmarks.near_duplicates_peers import OUT
from benchmarks.near_duplicates_quality import Truth
from benchmarks.rows import Row, table
from curate.dedup.near_duplicates import Settings, near_duplicates
from curate.dedup.shingles import jaccard, shingle_sets

COMMAND = "python -m benchmarks.near_duplicates_graded"
WORDS, VERSIONS, LEAST = (150, 400), 3, 0.4
NGRAM = 5
UNSPACED = "\u0e00"  # the first script without spaces, whose characters are what is compared, comes after this


def texts(families: int, seed: int = 0) -> list[str]:
    """Each document followed by its versions."""
    random, made, seen = np.random.default_rng(seed), list[str](), set[str]()
    for batch in generate.generate(1 << 40, seed):
        for text in batch["text"].to_pylist():
            words = text.split()
            if len(words) < WORDS[0] or text in seen or max(text) >= UNSPACED:
                continue
            seen.add(text)
            words = words[: int(random.integers(*WORDS))]
            made.append(" ".join(words))
            made += [_edited(words, random) for _ in range(VERSIONS)]
            if len(made) == families * (1 + VERSIONS):
                return made
    raise AssertionError("the generator does not end")


def truth(documents: list[str]) -> Truth:
    """All pairs within families."""
    families = np.arange(len(documents)) // (1 + VERSIONS)
    firsts = np.arange(0, len(documents), 1 + VERSIONS)
    pairs = np.array(list(combinations(range(1 + VERSIONS), 2)))
    a, b = ((firsts[:, None] + pairs[:, end]).ravel() for end in (0, 1))
    column = pa.array(documents, pa.large_string())
    return Truth(column, families, a, b, jaccard(*shingle_sets(column, NGRAM), a, b))


def rows(families: int, seeds: int) -> list[Row]:
    known = truth(texts(families))
    ids = np.arange(len(known.texts))
    found = [near_duplicates(known.texts, ids, settings=Settings(seed=seed))[:2] for seed in range(1, seeds + 1)]
    loose = [near_duplicates(known.texts, ids, settings=Settings(seed=1, exact_within=0))[:2]]
    ours = judge(known, found)
    return [
        resolved_row("near duplicates, graded edits: pairs of J >= 0.8 resolved", ours, ">= 0.98", command=COMMAND),
        wrong_row("near duplicates, graded edits: removals below J 0.7", ours, "<= 0.0005", command=COMMAND),
        wrong_row("near duplicates, graded edits: below J 0.7, estimates alone", judge(known, loose), command=COMMAND),
    ]


def _edited(words: list[str], random: np.random.Generator) -> str:
    """A word replaced spoils `NGRAM` shingles on each side: J = s / (2 - s) where s = (1 - p)^NGRAM."""
    wanted = random.uniform(LEAST, 1)
    share = 1 - (2 * wanted / (1 + wanted)) ** (1 / NGRAM)
    replaced = random.random(len(words)) < share
    others = random.integers(0, 1 << 40, len(words))
    return " ".join(f"w{others[at]:x}" if replaced[at] else word for at, word in enumerate(words))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--families", type=int, default=20_000)
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    found = rows(options.families, options.seeds)
    results.merge(found, OUT)
    print(table(found))


if __name__ == "__main__":
    main()
