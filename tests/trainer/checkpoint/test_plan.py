"""Each piece is written once, by a rank that holds it, and the work is evened out."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.checkpoint.plan import shared_out
from trainer.errors import TrainingError

SIZES = st.lists(st.integers(1, 50), min_size=1, max_size=12)


def whole(name: str, size: int) -> list:
    return ["model", name, "F32", [size], [0], [size]]


def half(name: str, size: int, second: bool) -> list:
    return ["model", name, "F32", [2 * size], [size * second], [size]]


@given(SIZES, SIZES, SIZES)
def test_pieces_are_written_once_by_a_rank_that_holds_them(replicas, halves, alone):
    """Four ranks: replicas everywhere, tensors cut in two with a replica each, tensors on one rank only."""
    said = [
        [whole(f"replica{n}", size) for n, size in enumerate(replicas)]
        + [half(f"half{n}", size, rank % 2 == 1) for n, size in enumerate(halves)]
        + [whole(f"alone{n}", size) for n, size in enumerate(alone) if n % 4 == rank]
        for rank in range(4)
    ]
    written = [[tuple(map(str, said[rank][at])) for at in share] for rank, share in enumerate(shared_out(said))]
    all_written = [piece for share in written for piece in share]
    assert len(all_written) == len(set(all_written))
    assert set(all_written) == {tuple(map(str, piece)) for of in said for piece in of}


@given(SIZES)
def test_no_rank_writes_more_than_its_share_and_one_piece(sizes):
    said = [[whole(str(n), size) for n, size in enumerate(sizes)] for _ in range(3)]
    bytes_of = [sum(4 * math.prod(said[rank][at][5]) for at in share) for rank, share in enumerate(shared_out(said))]
    assert max(bytes_of) <= 4 * sum(sizes) / 3 + 4 * max(sizes)


def test_a_tensor_of_which_a_part_is_held_by_none_is_refused():
    with pytest.raises(TrainingError, match="model/w: the ranks hold 3 of its 6 elements"):
        shared_out([[half("w", 3, False)], [half("w", 3, False)]])
