"""A box read from pieces written by others, across blocks, is the box of the whole tensor; nothing else is read."""

import math
import tempfile
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from trainer.checkpoint import layout, read
from trainer.checkpoint.folder import Folder
from trainer.checkpoint.layout import Complete, Stored
from trainer.checkpoint.pieces import Piece


@pytest.fixture(autouse=True, scope="module")
def small_blocks():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layout, "BLOCK", 32)
        patch.setattr(read, "_AT_ONCE", 48)
        yield


def cuts_of(data, size: int) -> list[tuple[int, int]]:
    """A dimension in parts: (start, length)."""
    at = sorted(data.draw(st.sets(st.integers(1, max(1, size - 1)), max_size=3)) - {size})
    return [(a, b - a) for a, b in zip([0, *at], [*at, size], strict=True)]


def boxes_of(parts: list) -> list:
    boxes: list = [[]]
    for dim in parts:
        boxes = [[*box, part] for box in boxes for part in dim]
    return boxes


@given(st.lists(st.integers(1, 7), min_size=0, max_size=3), st.data())
def test_a_box_of_a_tensor_is_assembled_from_the_pieces_that_meet_it(shape, data):
    whole = np.arange(math.prod(shape), dtype=np.int32).reshape(shape)
    boxes = boxes_of([cuts_of(data, size) for size in shape])
    files: dict[int, bytes] = {}
    pieces = []
    for box in boxes:
        rank = data.draw(st.integers(0, 2))
        content = whole[tuple(slice(start, start + length) for start, length in box)].tobytes()
        files.setdefault(rank, b"head")  # four bytes, as aligned as the values
        pieces.append([rank, len(files[rank]), [start for start, _ in box], [length for _, length in box]])
        files[rank] += content
    wanted = boxes_of([cuts_of(data, size) for size in shape])[-1]
    place = tuple(slice(start, start + length) for start, length in wanted)
    into = torch.full(whole[place].shape, -1, dtype=torch.int32)
    with tempfile.TemporaryDirectory() as scratch:
        filled(Path(scratch), files, pieces, Piece(tuple(start for start, _ in wanted), into))
    assert np.array_equal(into.numpy(), whole[place])


def filled(root: Path, files: dict[int, bytes], pieces: list, wanted: Piece) -> None:
    (root / "step-00000001").mkdir()
    stored = {}
    for rank, content in files.items():
        name = layout.rank_file(0, rank)
        (root / "step-00000001" / name).write_bytes(content)
        digests = [layout.digest(block) for block in layout.blocks(memoryview(content))]
        stored[name] = Stored(len(content), digests)
    complete = Complete(1, 0, {}, {}, stored)
    index = {"model": {"w": {"dtype": "I32", "shape": [], "pieces": pieces}}}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(read, "_entry", lambda *_: index["model"]["w"])
        patch.setattr(read, "pieces_of", lambda _: [wanted])
        read.fill(Folder(str(root)), complete, index, {"model": {"w": torch.empty(0)}})


def test_only_the_blocks_that_a_part_needs_are_read_and_each_once(tmp_path, monkeypatch):
    whole = torch.arange(1000, dtype=torch.int32)
    fetched = []
    real = Folder.read

    def recorded(self, path, start=None, stop=None):
        fetched.append((start, stop))
        return real(self, path, start, stop)

    monkeypatch.setattr(Folder, "read", recorded)
    into = torch.zeros(100, dtype=torch.int32)
    filled(tmp_path, {0: whole.numpy().tobytes()}, [[0, 0, [0], [1000]]], Piece((500,), into))
    assert torch.equal(into, whole[500:600])
    assert sorted(fetched) == fetched and fetched[0][0] == 1984 and fetched[-1][1] == 2400  # bytes 2000 to 2400
    assert all(stop == start for (_, stop), (start, _) in pairwise(fetched))
