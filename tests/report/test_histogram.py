import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from curate.report import histogram

numbers = st.lists(st.floats(allow_nan=True, allow_infinity=True, width=64), max_size=50)


@given(numbers, numbers)
def test_counts_of_parts_add_up_to_the_counts_of_the_whole(a, b):
    together = histogram.counts(np.array(a))
    histogram.add(together, histogram.counts(np.array(b)))
    assert together == histogram.counts(np.array(a + b))
    assert sum(together.values()) == sum(x == x for x in a + b)


@given(st.floats(min_value=2.0**-40, max_value=2.0**60), st.sampled_from([1, -1]))
def test_a_value_lies_between_the_edges_of_its_bin(size, sign):
    ((bin, many),) = histogram.counts(np.array([sign * size])).items()
    low, high = histogram.edges(bin)
    assert many == 1 and low <= sign * size <= high


def test_zero_has_a_bin_of_its_own_and_keys_read_from_json_add_up():
    counted = histogram.counts(np.array([0, 0, 1, -1]))
    assert counted[0] == 2 and len(counted) == 3 and list(counted) == sorted(counted)
    total: dict[int, int] = {}
    histogram.add(total, {"0": 2, "3": 1})
    histogram.add(total, {0: 1})
    assert total == {0: 3, 3: 1}
