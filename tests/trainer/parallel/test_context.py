import torch
from hypothesis import given
from hypothesis import strategies as st

from trainer.parallel.context import part, whole


@given(ranks=st.integers(1, 6), length=st.integers(1, 4))
def test_parts_of_all_ranks_are_the_whole_again(ranks: int, length: int) -> None:
    rows = torch.arange(2 * 2 * ranks * length * 3).view(2, 2 * ranks * length, 3)
    parts = [part(rows, rank, ranks) for rank in range(ranks)]
    assert torch.equal(whole(torch.cat(parts, 1), ranks), rows)


@given(ranks=st.integers(1, 6), length=st.integers(1, 4))
def test_each_rank_has_the_same_work_under_the_causal_mask(ranks: int, length: int) -> None:
    rows = torch.arange(2 * ranks * length)[None]
    keys = {int((part(rows, rank, ranks) + 1).sum()) for rank in range(ranks)}
    assert len(keys) == 1
