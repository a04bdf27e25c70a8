import numpy as np
import pyarrow as pa

from benchmarks.near_duplicates_judged import judge, pooled, resolved_row, wrong_row
from benchmarks.near_duplicates_quality import SETS, Truth, load

WORDS = " ".join(f"w{number}" for number in range(100))
TEXTS = [WORDS, f"{WORDS} more", "one two three four five six", "all other words than those above", f"{WORDS} less"]
TRUTH = Truth(pa.array(TEXTS), np.arange(5), np.array([0, 0, 2]), np.array([1, 4, 3]), np.array([0.99, 0.99, 0.0]))


def removals(*pairs: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    a, b = np.array(pairs, np.int64).reshape(-1, 2).T
    return a, b


def test_a_pair_is_resolved_in_the_seeds_in_which_one_of_it_goes():
    judged = judge(TRUTH, [removals((1, 0)), removals((1, 0), (4, 0)), removals((0, 1)), removals()])
    assert judged.resolved.tolist() == [0.75, 0.5]
    assert not judged.wrong.any() and len(judged.wrong) == 4
    assert judged.distinct == 3


def test_a_removal_is_judged_by_its_keeper_also_outside_listed_pairs():
    judged = judge(TRUTH, [removals((1, 0), (3, 1))])
    assert judged.wrong.tolist() == [False, True]
    row = wrong_row("wrong", judged, "<= 0.0005")
    assert (row.value, row.n, row.holds) == (0.5, 2, False)


def test_few_removals_cannot_prove_a_small_share_however_many_seeds_repeat_them():
    row = wrong_row("wrong", judge(TRUTH, [removals((1, 0))] * 20), "<= 0.0005")
    assert (row.value, row.n, row.holds) == (0.0, 20, True)
    assert row.interval[1] > 0.5
    assert row.reference == "0 wrong, 1 distinct removals: too few to prove the bar"


def test_sets_pool_by_pairs_and_removals_and_share_no_family():
    judged = judge(TRUTH, [removals((1, 0), (4, 0))])
    both = pooled([judged, judge(TRUTH, [removals((1, 0), (3, 2))])])
    assert both.resolved.tolist() == [1, 1, 1, 0]
    assert both.wrong.tolist() == [False, False, False, True]
    assert not set(both.pair_family[:2]) & set(both.pair_family[2:])
    assert not set(both.removal_family[:2]) & set(both.removal_family[2:])
    row = resolved_row("resolved", both, ">= 0.98", judged)
    assert (row.value, row.ratio, row.holds) == (0.75, 0.75, False)


def test_the_ground_truth_has_all_files_and_pairs(data):
    counts = {name: load(data, name) for name in SETS}
    assert [len(truth.texts) for truth in counts.values()] == [140, 1000, 477]
    assert [len(truth.a) for truth in counts.values()] == [420, 10, 53]
