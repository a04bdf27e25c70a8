"""Near duplicates on the ground truth, over many seeds: how many true pairs are resolved, how many removals are wrong.

    python -m benchmarks.near_duplicates_quality [--seeds 20] [--data .data]

A true pair (J >= 0.8) is resolved if not both are kept; a removal is wrong if the true J with its keeper is below 0.7.
J is over sets of word 5-grams, and asked of whatever was removed, in a listed pair or not. The interval is the least
and greatest value of single seeds: documents are the same in all of them, so pooling over seeds would pretend to more
data than there are. Beside it, removal of exact copies.
"""

from __future__ import annotations

import argparse
import gzip
import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from benchmarks import vendored_code
from curate.dedup.near_duplicates import Settings, near_duplicates
from curate.dedup.shingles import jaccard, shingles, unique_sets
from curate.kernels.words import shingle_words

SETS = ("git_revisions", "news_plagiarism", "vendored_code")
TRUE_AT, WRONG_BELOW = 0.8, 0.7


@dataclass(frozen=True)
class Truth:
    """Documents, and the listed pairs as indices with their stated similarity."""

    texts: pa.StringArray
    families: np.ndarray  # a number a document, the same for revisions of one; else each is its own
    a: np.ndarray
    b: np.ndarray
    stated: np.ndarray

    def exact(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return jaccard(*word_sets(self.texts), a, b)


@dataclass(frozen=True)
class Outcome:
    """Of one seed: true pairs resolved, removals, removals that are wrong."""

    resolved: int
    removed: int
    wrong: int


def word_sets(texts: pa.StringArray) -> tuple[np.ndarray, np.ndarray]:
    """(hashes, offsets): the sets that the truth's J is of, whatever units Curate itself compares by."""
    return unique_sets(*shingles(*shingle_words(texts), 5))


def load(data: Path, name: str) -> Truth:
    """`data`: the development data; `name`: of SETS."""
    if name == "vendored_code":
        documents = [{"id": each, "text": text} for each, text in vendored_code.documents(data).items()]
        pairs = vendored_code.pairs(data)
    else:
        with gzip.open(data / "neardup" / f"{name}.docs.jsonl.gz", "rt", encoding="utf-8") as file:
            documents = [json.loads(line) for line in file]
        pairs = [json.loads(line) for line in (data / "neardup" / f"{name}.pairs.jsonl").read_text().splitlines()]
    at = {document["id"]: number for number, document in enumerate(documents)}
    a, b = (np.array([at[pair[end]] for pair in pairs]) for end in "ab")
    families = np.unique([each.get("family", each["id"]) for each in documents], return_inverse=True)[1]
    texts = pa.array([document["text"] for document in documents])
    return Truth(texts, families, a, b, np.array([pair["jaccard5"] for pair in pairs]))


def judge(truth: Truth, removed: np.ndarray, keepers: np.ndarray) -> Outcome:
    gone = np.isin(np.arange(len(truth.texts)), removed)
    true = truth.stated >= TRUE_AT
    wrong = truth.exact(removed, keepers) < WRONG_BELOW
    return Outcome(int((gone[truth.a] | gone[truth.b])[true].sum()), len(removed), int(wrong.sum()))


def outcomes(truth: Truth, settings: Settings, seeds: int) -> list[Outcome]:
    ids = np.arange(len(truth.texts))
    runs = (near_duplicates(truth.texts, ids, settings=replace(settings, seed=seed)) for seed in range(1, seeds + 1))
    return [judge(truth, removed, keepers) for removed, keepers, _ in runs]


def exact_copies(truth: Truth) -> Outcome:
    """The baseline: the first of equal texts stays."""
    first: dict[str, int] = {}
    keeper = np.array([first.setdefault(text, at) for at, text in enumerate(truth.texts.to_pylist())])
    removed = np.flatnonzero(keeper != np.arange(len(keeper)))
    return judge(truth, removed, keeper[removed])


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--seeds", type=int, default=20)
    arguments.add_argument("--data", type=Path, default=Path(".data"))
    options = arguments.parse_args()
    titles = f"{'documents':>10}{'true pairs':>11}{'resolved':>10}{'(least-most)':>16}{'removals':>10}{'wrong':>7}"
    print(f"{'':41}{titles}")
    for name in SETS:
        truth = load(options.data, name)
        _row(name, "exact copies", truth, [exact_copies(truth)])
        _row(name, f"estimates, {options.seeds} seeds", truth, outcomes(truth, Settings(exact_within=0), options.seeds))
        _row(name, f"exact in doubt, {options.seeds} seeds", truth, outcomes(truth, Settings(), options.seeds))
        fast = Settings(sketch="fast_similarity")
        _row(name, f"fast similarity, {options.seeds}", truth, outcomes(truth, fast, options.seeds))


def _row(name: str, method: str, truth: Truth, found: list[Outcome]) -> None:
    true = int((truth.stated >= TRUE_AT).sum())
    shares = [outcome.resolved / true for outcome in found]
    spread = f"({min(shares):.4f}-{max(shares):.4f})"
    removed, wrong = sum(o.removed for o in found), sum(o.wrong for o in found)
    print(
        f"{name:17}{method:24}{len(truth.texts):10,}{true:11,}{np.mean(shares):10.4f}{spread:>16}{removed:10,}{wrong:7,}"
    )


if __name__ == "__main__":
    main()
