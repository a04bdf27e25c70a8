"""What a method did to the near duplicates of a set, over seeds, and the two rows that say how well.

A true pair (J >= 0.8) is resolved if not both are kept; a removal is wrong if its J with its keeper is below 0.7.
Pairs of one document's revisions stand and fall together, so intervals draw families again (bootstrap; a document
without family is its own), and seeds never multiply them. Where all or none succeed, drawing again knows no doubt: then
the interval is Wilson's over families with a true pair, or over distinct removals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.near_duplicates_quality import TRUE_AT, WRONG_BELOW, Truth
from benchmarks.rows import COMMAND, Row, wilson

DRAWS = 2000
Removals = tuple[np.ndarray, np.ndarray]  # removed, keepers: places of texts


@dataclass(frozen=True)
class Judged:
    """`resolved`: share of seeds, a true pair; `wrong`: bool, a removal of any seed. `distinct` removals over seeds."""

    resolved: np.ndarray
    pair_family: np.ndarray
    wrong: np.ndarray
    removal_family: np.ndarray
    distinct: int
    seeds: int


def judge(truth: Truth, found: Sequence[Removals]) -> Judged:
    """`found`: removals, one a seed."""
    true = truth.stated >= TRUE_AT
    gone = np.array([np.isin(np.arange(len(truth.texts)), removed) for removed, _ in found])
    resolved = (gone[:, truth.a] | gone[:, truth.b])[:, true].mean(0)
    removed, keepers = (np.concatenate(each) for each in zip(*found, strict=True))
    wrong = truth.exact(removed, keepers) < WRONG_BELOW
    distinct = len(np.unique(np.column_stack([removed, keepers]), axis=0))
    return Judged(resolved, truth.families[truth.a[true]], wrong, truth.families[removed], distinct, len(found))


def pooled(each: Sequence[Judged]) -> Judged:
    """All sets as one; no family is in two."""
    first = np.cumsum([0] + [1 + max(one.pair_family.max(), one.removal_family.max(initial=0)) for one in each])
    return Judged(
        np.concatenate([one.resolved for one in each]),
        np.concatenate([one.pair_family + base for one, base in zip(each, first, strict=False)]),
        np.concatenate([one.wrong for one in each]),
        np.concatenate([one.removal_family + base for one, base in zip(each, first, strict=False)]),
        sum(one.distinct for one in each),
        each[0].seeds,
    )


def resolved_row(
    name: str, of: Judged, bar: str | None = None, reference: Judged | None = None, command: str = COMMAND
) -> Row:
    value, many = float(of.resolved.mean()), len(np.unique(of.pair_family))
    interval = wilson(round(value) * many, many) if value in (0, 1) else _drawn(of.resolved, of.pair_family)
    ratio = None if reference is None else round(value / float(reference.resolved.mean()), 4)
    beside = "datasketch LSH 0.8, 128 permutations, keep first" if reference else None
    return Row(name, round(value, 5), "share", len(of.resolved), interval, of.seeds, beside, ratio, bar, command)


def wrong_row(name: str, of: Judged, bar: str | None = None, command: str = COMMAND) -> Row:
    """The value is of removals in all seeds; `reference` says how few of them are distinct."""
    value = float(of.wrong.mean()) if len(of.wrong) else 0.0
    interval = _drawn(of.wrong, of.removal_family) if of.wrong.any() else wilson(0, of.distinct)
    beside = f"{int(of.wrong.sum())} wrong, {of.distinct} distinct removals"
    if bar and interval[1] > float(bar.split()[1]):
        beside += ": too few to prove the bar"
    n = max(1, len(of.wrong))
    return Row(name, round(value, 5), "share", n, interval, of.seeds, beside, bar=bar, command=command)


def _drawn(values: np.ndarray, family: np.ndarray) -> tuple[float, float]:
    """95 % of the means over families drawn again."""
    _, at = np.unique(family, return_inverse=True)
    sums, sizes = np.bincount(at, values), np.bincount(at)
    draws = np.random.default_rng(0).integers(0, len(sums), (DRAWS, len(sums)))
    low, high = np.quantile(sums[draws].sum(1) / sizes[draws].sum(1), [0.025, 0.975]).round(5).tolist()
    return low, high
