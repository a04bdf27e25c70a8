"""Near duplicates over 20 seeds, beside exact copies and datasketch, and that a run of the pipeline decides the same.

Ground truth of `.data/neardup`: revisions of documents, news with planted plagiarism, code that a repository carries
of two others. The bars are those of all sets together and of each. How a figure and its interval come about:
near_duplicates_judged.py; datatrove stands beside in rows of their own (near_duplicates_peers.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np

from benchmarks.corpora import Corpora
from benchmarks.near_duplicates_judged import Judged, Removals, judge, pooled, resolved_row, wrong_row
from benchmarks.near_duplicates_quality import SETS, Truth, load, word_sets
from benchmarks.rows import Row
from curate.corpus import Corpus
from curate.dedup.near_duplicates import Settings, near_duplicates
from curate.dedup.shingles import jaccard
from schemas import rows_of

SEEDS = 20
RESOLVED, WRONG = ">= 0.98", "<= 0.0005"


@dataclass
class Methods:
    """What each method removes of one set, over the seeds."""

    truth: Truth

    @cached_property
    def ours(self) -> list[Removals]:
        return self._near(Settings())

    @cached_property
    def judged(self) -> dict[str, Judged]:
        found = {
            "ours": self.ours,
            "estimates": self._near(Settings(exact_within=0)),
            "fast": self._near(Settings(sketch="fast_similarity")),
            "datasketch": [_datasketch(self.truth, seed) for seed in range(1, SEEDS + 1)],
            "copies": [_copies(self.truth)],
        }
        return {name: judge(self.truth, removals) for name, removals in found.items()}

    def _near(self, settings: Settings) -> list[Removals]:
        texts, ids = self.truth.texts, np.arange(len(self.truth.texts))
        each = (replace(settings, seed=seed) for seed in range(1, SEEDS + 1))
        return [near_duplicates(texts, ids, settings=one)[:2] for one in each]


def rows(corpora: Corpora) -> list[Row]:
    sets = {name: Methods(load(corpora.data, name)) for name in SETS}
    found = []
    for name, methods in sets.items():
        found += _rows(name, methods.judged)
        found.append(_run_equals(name, methods.ours[0], corpora.near_duplicates_alone(name)))
    found.append(_of_all_files(sets["vendored_code"]))
    together = {method: pooled([of.judged[method] for of in sets.values()]) for method in sets[SETS[0]].judged}
    return found + _rows("all sets", together)


def _rows(name: str, judged: dict[str, Judged]) -> list[Row]:
    ours, lsh = judged["ours"], judged["datasketch"]
    return [
        resolved_row(f"near duplicates, {name}: true pairs resolved", ours, RESOLVED, lsh),
        resolved_row(f"near duplicates, {name}: resolved, datasketch LSH", lsh),
        resolved_row(f"near duplicates, {name}: resolved, exact copies", judged["copies"]),
        wrong_row(f"near duplicates, {name}: removals below J 0.7", ours, WRONG),
        resolved_row(f"near duplicates, {name}: resolved, fast similarity", judged["fast"], RESOLVED),
        wrong_row(f"near duplicates, {name}: below J 0.7, fast similarity", judged["fast"], WRONG),
        wrong_row(f"near duplicates, {name}: below J 0.7, estimates alone", judged["estimates"]),
        wrong_row(f"near duplicates, {name}: below J 0.7, datasketch LSH", lsh),
    ]


def _run_equals(name: str, ours: Removals, corpus: Corpus) -> Row:
    run = _of_run(corpus)
    same = all(np.array_equal(mine, theirs) for mine, theirs in zip(ours, run, strict=True))
    return Row(f"near duplicates, {name}: a run equals the function", int(same), "yes", len(run[0]), seeds=1, bar="= 1")


def _of_all_files(methods: Methods) -> Row:
    """Also pairs of files that nobody listed: few enough to compare each with each."""
    hashes, offsets = word_sets(methods.truth.texts)
    known = np.flatnonzero(np.diff(offsets))
    a, b = known[np.array(np.triu_indices(len(known), 1))]
    every = replace(methods.truth, a=a, b=b, stated=jaccard(hashes, offsets, a, b))
    name = "near duplicates, vendored_code: resolved, pairs not listed too"
    return resolved_row(name, judge(every, methods.ours), RESOLVED)


def _copies(truth: Truth) -> Removals:
    first: dict[str, int] = {}
    keepers = np.array([first.setdefault(text, at) for at, text in enumerate(truth.texts.to_pylist())])
    removed = np.flatnonzero(keepers != np.arange(len(keepers)))
    return removed, keepers[removed]


def _datasketch(truth: Truth, seed: int) -> Removals:
    """What many do: ask the index, keep the document if it has nothing similar, verify nothing."""
    import datasketch

    hashes, offsets = word_sets(truth.texts)
    sets = [hashes[s:e].astype(np.uint32).tolist() for s, e in pairwise(offsets)]
    sketches = datasketch.MinHash.bulk(sets, num_perm=128, seed=seed, hashfunc=lambda element: element)
    index = datasketch.MinHashLSH(threshold=0.8, num_perm=128)
    removed, keepers = [], []
    for at, sketch in enumerate(sketches):
        if sketch.is_empty():  # no words: like nothing
            continue
        if found := index.query(sketch):
            removed.append(at)
            keepers.append(min(found))
        else:
            index.insert(at, sketch)
    return np.array(removed, np.int64), np.array(keepers, np.int64)


def _of_run(corpus: Corpus) -> Removals:
    listed = corpus.ledger().to_table(["id", "phase", "keeper"]).sort_by("id").to_pylist()
    near = [row for row in listed if row["phase"] == "near_duplicates"]
    return rows_of(np.array([r["id"] for r in near])), rows_of(np.array([r["keeper"] for r in near]))
