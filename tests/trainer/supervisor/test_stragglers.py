from hypothesis import given
from hypothesis import strategies as st

from trainer.supervisor.stragglers import Named, stragglers

WORK = st.dictionaries(st.integers(0, 30), st.floats(0.001, 100), max_size=12)


@given(WORK, st.floats(1.01, 5))
def test_a_straggler_works_longer_than_so_many_times_the_middle_rank(work, above):
    by_time = sorted(work.values())
    middle = by_time[(len(by_time) - 1) // 2] if work else 0
    slow = {rank for rank, seconds in work.items() if len(work) > 1 and seconds / middle > above}
    found = stragglers(work, above)
    assert {one.rank for one in found} == slow
    assert [one.ratio for one in found] == sorted((work[rank] / middle for rank in slow), reverse=True)
    assert len(found) <= len(work) // 2, "never more than half of them"


def test_of_two_ranks_the_slow_one_is_named():
    assert [one.rank for one in stragglers({0: 1.0, 1: 2.0}, 1.5)] == [1]


def test_a_rank_is_named_once_and_again_only_after_it_was_fast():
    named = Named(1.5)
    slow, even = {0: 1.0, 1: 1.0, 2: 4.0}, {0: 1.0, 1: 1.0, 2: 1.1}
    found = [[one.rank for one in named.new(work)] for work in (slow, slow, even, slow, {}, even)]
    assert found == [[2], [], [], [2], [], []]


def test_work_that_took_no_time_is_compared_with_nothing():
    assert stragglers({0: 0.0, 1: 0.0, 2: 1.0}, 1.5) == []
