"""Near duplicates over 20 seeds, beside exact copies and datasketch, and that a run of the pipeline decides the same.

A true pair (J >= 0.8) is resolved if not both are kept; a removal is wrong if its J with its keeper is below 0.7.
Pairs of one document's revisions stand and fall together, so intervals draw families again (bootstrap; a document
without family is its own), and seeds never multiply them. Where all or none succeed, drawing again knows no doubt: then
the interval is Wilson's over families with a true pair, or over distinct removals.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from itertools import pairwise

import numpy as np

from benchmarks.corpora import Corpora
from benchmarks.near_duplicates_quality import SETS, TRUE_AT, WRONG_BELOW, Truth, load
from benchmarks.rows import Row, wilson
from curate.corpus import Corpus
from curate.dedup.near_duplicates import Settings, near_duplicates
from curate.dedup.shingles import text_shingles
from schemas import rows_of

SEEDS, DRAWS = 20, 2000
Removals = tuple[np.ndarray, np.ndarray]  # removed, keepers: places of texts


def rows(corpora: Corpora) -> list[Row]:
    return [row for name in SETS for row in _set(corpora, name)]


def _set(corpora: Corpora, name: str) -> list[Row]:
    truth = load(corpora.data / "neardup", name)
    families = _families(corpora, name)
    ids = np.arange(len(truth.texts))
    ours = [near_duplicates(truth.texts, ids, settings=Settings(seed=seed))[:2] for seed in range(1, SEEDS + 1)]
    estimated = replace(Settings(), exact_within=0)
    loose = [near_duplicates(truth.texts, ids, settings=replace(estimated, seed=s))[:2] for s in range(1, SEEDS + 1)]
    lsh = [_datasketch(truth, seed) for seed in range(1, SEEDS + 1)]
    run = _of_run(corpora.near_duplicates_alone(name))
    same = all(np.array_equal(mine, theirs) for mine, theirs in zip(ours[0], run, strict=True))
    theirs = _resolved(truth, lsh)
    return [
        _resolved_row(f"near duplicates, {name}: true pairs resolved", truth, ours, families, ">= 0.97", theirs.mean()),
        _resolved_row(f"near duplicates, {name}: resolved, datasketch LSH", truth, lsh, families),
        _resolved_row(f"near duplicates, {name}: resolved, exact copies", truth, [_copies(truth)], families),
        _wrong_row(f"near duplicates, {name}: removals below J 0.7", truth, ours, families, "<= 0.001"),
        _wrong_row(f"near duplicates, {name}: below J 0.7, estimates alone", truth, loose, families),
        _wrong_row(f"near duplicates, {name}: below J 0.7, datasketch LSH", truth, lsh, families),
        Row(f"near duplicates, {name}: a run equals the function", int(same), "yes", len(run[0]), seeds=1, bar="= 1"),
    ]  # fmt: skip


def _resolved(truth: Truth, found: list[Removals]) -> np.ndarray:
    """Per true pair the share of seeds in which it was resolved."""
    true = truth.stated >= TRUE_AT
    gone = np.array([np.isin(np.arange(len(truth.texts)), removed) for removed, _ in found])
    return (gone[:, truth.a] | gone[:, truth.b])[:, true].mean(0)


def _resolved_row(
    name: str, truth: Truth, found: list[Removals], families: np.ndarray, bar: str | None = None,
    reference: float | None = None,
) -> Row:  # fmt: skip
    pairs = _resolved(truth, found)
    family = families[truth.a[truth.stated >= TRUE_AT]]
    value = float(pairs.mean())
    many = len(np.unique(family))
    interval = wilson(round(value) * many, many) if value in (0, 1) else _drawn(pairs, family)
    ratio = None if reference is None else round(value / reference, 4)
    of = "datasketch LSH 0.8, 128 permutations, keep first" if ratio else None
    return Row(name, round(value, 5), "share", len(pairs), interval, len(found), of, ratio, bar)


def _wrong_row(name: str, truth: Truth, found: list[Removals], families: np.ndarray, bar: str | None = None) -> Row:
    removed, keepers = (np.concatenate(each) for each in zip(*found, strict=True))
    wrong = truth.exact(removed, keepers) < WRONG_BELOW
    distinct = len(np.unique(np.column_stack([removed, keepers]), axis=0))
    interval = _drawn(wrong, families[removed]) if wrong.any() else wilson(0, distinct)
    return Row(name, round(float(wrong.mean()), 5), "share", len(wrong), interval, len(found), bar=bar)


def _drawn(values: np.ndarray, family: np.ndarray) -> tuple[float, float]:
    """95 % of the means over families drawn again."""
    _, at = np.unique(family, return_inverse=True)
    sums, sizes = np.bincount(at, values), np.bincount(at)
    draws = np.random.default_rng(0).integers(0, len(sums), (DRAWS, len(sums)))
    low, high = np.quantile(sums[draws].sum(1) / sizes[draws].sum(1), [0.025, 0.975]).round(5).tolist()
    return low, high


def _families(corpora: Corpora, name: str) -> np.ndarray:
    """A number a document, the same for revisions of one; else each is its own."""
    with gzip.open(corpora.data / "neardup" / f"{name}.docs.jsonl.gz", "rt", encoding="utf-8") as file:
        named = [json.loads(line) for line in file]
    return np.unique([each.get("family", each["id"]) for each in named], return_inverse=True)[1]


def _copies(truth: Truth) -> Removals:
    first: dict[str, int] = {}
    keepers = np.array([first.setdefault(text, at) for at, text in enumerate(truth.texts.to_pylist())])
    removed = np.flatnonzero(keepers != np.arange(len(keepers)))
    return removed, keepers[removed]


def _datasketch(truth: Truth, seed: int) -> Removals:
    """What many do: ask the index, keep the document if it has nothing similar, verify nothing."""
    import datasketch

    hashes, offsets = text_shingles(truth.texts, 5)
    sets = [hashes[s:e].astype(np.uint32).tolist() for s, e in pairwise(offsets)]
    sketches = datasketch.MinHash.bulk(sets, num_perm=128, seed=seed, hashfunc=lambda element: element)
    index = datasketch.MinHashLSH(threshold=0.8, num_perm=128)
    removed, keepers = [], []
    for at, sketch in enumerate(sketches):
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
