import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from classifiers.annotate.strata import OTHER, merged, signals, strata
from classifiers.task import Sampling


def named(table: dict, **sampling) -> list[str]:
    numbers, names = strata(pa.table(table), Sampling(**sampling))
    return [names[number] for number in numbers]


def test_what_is_neither_group_nor_language_nor_length_is_a_signal():
    assert signals(Sampling(strata=["language", "math.score", "length", "group", "code.score"])) == (
        "math.score",
        "code.score",
    )


def test_a_document_as_long_as_the_end_of_a_band_is_in_the_next():
    found = named({"chars": [0, 9, 10, 19, 20, 999]}, strata=["length"], lengths=[10, 20])
    assert found == ["0 to 9 characters"] * 2 + ["10 to 19 characters"] * 2 + ["20 characters or more"] * 2


def test_quantiles_that_coincide_make_one_band_and_what_is_not_measured_one_of_its_own():
    score = pa.array([0.0] * 95 + [0.2, 0.3, 0.4, 0.5, None], pa.float64())
    found = named({"math.score": score}, strata=["math.score"], quantiles=[0.5, 0.9, 0.98])
    assert found[:95] == ["math.score lowest"] * 95
    assert found[95:] == ["math.score above 0.9"] * 3 + ["math.score above 0.98", "math.score unknown"]


def test_a_signal_that_the_corpus_lacks_makes_no_bands():
    assert set(named({"x.y": pa.nulls(3, pa.float64())}, strata=["x.y"])) == {"x.y unknown"}


def test_without_strata_there_is_one():
    assert named({"chars": [1, 2]}, strata=[]) == ["all", "all"]


@given(st.lists(st.integers(0, 30), min_size=1, max_size=80), st.integers(1, 40))
def test_merging_puts_the_smallest_together_and_moves_no_document_of_another(values, documents):
    names, numbers = np.unique([f"s{value:02d}" for value in values], return_inverse=True)
    after, left = merged(numbers, names.tolist(), documents)
    most = max(documents // 2, 1)
    assert len(left) == min(len(names), most)
    kept = [sum(names[n] == name for n in numbers) for name in left if name != OTHER]
    pooled = [n for n, new in zip(numbers, after, strict=True) if left[new] == OTHER]
    assert all(left[new] in (names[old], OTHER) for old, new in zip(numbers, after, strict=True))
    assert max((np.bincount(numbers)[n] for n in pooled), default=0) <= min(kept, default=len(values))
