"""Ends of documents and the order of tiles, against a count of queries one by one."""

from unittest import mock

import torch
from hypothesis import given
from hypothesis import strategies as st

from trainer.kernels.fused import attention_backward_order
from trainer.kernels.fused.attention_backward_order import order


@given(
    st.lists(st.lists(st.integers(0, 60), min_size=9, max_size=9), min_size=1, max_size=2),
    st.integers(0, 20),
    st.integers(0, 20),
    st.sampled_from((16, 32)),
)
def test_tiles_that_most_queries_see_come_first(rows, first_row, after, tile):
    starts = torch.tensor([[min(start, first_row + at) for at, start in enumerate(sorted(row))] for row in rows])
    keys = first_row + 9 + after
    with mock.patch.object(attention_backward_order, "TILES", {"BLOCK": 32, "OTHERS": 2}):
        ends, tiles = order(starts.int(), keys, first_row, tile)
    for begun, end, found in zip(starts.tolist(), ends.tolist(), tiles.tolist(), strict=True):
        assert end == [sum(start <= key for start in begun) for key in range(keys)]
        seen = [
            sum(
                any(start <= key <= first_row + at for key in range(begin, min(begin + tile, keys)))
                for at, start in enumerate(begun)
            )
            for begin in range(0, keys, tile)
        ]
        assert found == sorted(range(len(seen)), key=lambda at: -seen[at])
