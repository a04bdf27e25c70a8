"""Which rows a rank holds: the definition of each placement, applied to a list, one after the other."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from torch.distributed.tensor import Shard
from torch.distributed.tensor.placement_types import _StridedShard

from trainer.checkpoint.pieces import _runs

cuts = st.lists(st.tuples(st.sampled_from([0, 2, 3]), st.integers(1, 4)), min_size=1, max_size=3)


def chunks(rows: list, count: int) -> list[list]:
    """As torch.chunk: equal ones of the size rounded up, and what is left; empty ones to make up the count."""
    size = max(1, -(-len(rows) // count))
    return [rows[at * size : (at + 1) * size] for at in range(count)]


def held(rows: list, factor: int, parts: int, ours: int) -> list:
    """factor 0: cut into `parts`; else cut into `factor`, each of them into `parts`, and ours of each."""
    if not factor:
        return chunks(rows, parts)[ours]
    return [row for chunk in chunks(rows, factor) for row in chunks(chunk, parts)[ours]]


@given(st.integers(1, 40), cuts, st.data())
def test_runs_are_the_rows_that_the_placements_leave(size, cuts, data):
    rows, taken = list(range(size)), []
    for factor, parts in cuts:
        ours = data.draw(st.integers(0, parts - 1))
        rows = held(rows, factor, parts, ours)
        taken.append((_StridedShard(0, split_factor=factor) if factor else Shard(0), parts, ours))
    runs = _runs(size, tuple(taken)) if rows else []
    assert [start + at for start, _, length in runs for at in range(length)] == rows
    assert [here + at for _, here, length in runs for at in range(length)] == list(range(len(rows)))
    assert all(a + n != b for (a, _, n), (b, _, _) in pairwise(runs))  # none could be longer
