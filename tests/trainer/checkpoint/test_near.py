"""Copies in a node's memory: read instead of the store, never trusted, and gone when training ends."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trainer.checkpoint.tensors import empty, same, state
from trainer import events
from trainer.checkpoint.checkpoints import Checkpoints
from trainer.checkpoint.near import Near


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    return tmp_path / "memory"


def at(tmp_path: Path, memory: Path | None) -> Checkpoints:
    near = None if memory is None else str(memory)
    return Checkpoints(tmp_path / "run" / "checkpoints", 3, {"dim": 8}, run=tmp_path / "run", near=near)


@pytest.fixture
def saved(tmp_path: Path, memory: Path) -> Path:
    (tmp_path / "run").mkdir()
    made = at(tmp_path, memory)
    for step in (1, 2):
        made.save(step, state(step), {"step": step})
    made.wait()
    return tmp_path


def fetched(folder: Path, memory: Path | None) -> int:
    """Bytes that a new process reads from the store; what it loads is right."""
    tensors = empty()
    assert at(folder, memory).load(tensors) == {"step": 2}
    assert same(tensors, state(2))
    return events.read(folder / "run")[-1]["fetched"]


def copies(memory: Path) -> list[Path]:
    return sorted(file for file in memory.rglob("*") if file.is_file())


def test_a_restart_reads_nothing_of_the_weights_from_the_store(saved, memory):
    assert len(copies(memory)) == 1 and "step-00000002" in copies(memory)[0].name
    assert fetched(saved, memory) == 0
    assert fetched(saved, None) > 0


@pytest.mark.parametrize("damage", ["flipped", "cut", "gone", "stale"])
def test_a_copy_that_is_not_what_was_written_is_not_used(saved, memory, damage):
    [copy] = copies(memory)
    content = bytearray(copy.read_bytes())
    if damage == "gone":
        copy.unlink()
    else:
        content[-1] ^= 1
        copy.write_bytes(content[:-9] if damage == "cut" else content)
    if damage == "stale":
        stored = saved / "run" / "checkpoints" / "step-00000001"
        copy.write_bytes(next(stored.glob("*.safetensors")).read_bytes())
    assert fetched(saved, memory) == fetched(saved, None)


def test_the_store_may_be_damaged_where_a_copy_is_whole(saved, memory):
    """A block is what its digest says, wherever it was read."""
    file = next((saved / "run" / "checkpoints" / "step-00000002").glob("*.safetensors"))
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    assert fetched(saved, memory) == 0


def test_memory_is_given_back(saved, memory):
    at(saved, memory).forget_near()
    assert copies(memory) == [] and os.listdir(memory) == []
    assert fetched(saved, memory) > 0


def test_without_room_checkpoints_are_saved_all_the_same(tmp_path, memory):
    (tmp_path / "run").mkdir()
    memory.write_text("a file")
    made = at(tmp_path, memory)
    made.save(2, state(2), {"step": 2})
    made.wait()
    assert made.failed is None and fetched(tmp_path, memory) > 0


@given(st.binary(min_size=1, max_size=40), st.data())
def test_it_gives_back_the_bytes_it_was_given(tmp_path_factory, content, choose):
    near = Near(str(tmp_path_factory.mktemp("near")), "s3://bucket/run")
    start = choose.draw(st.integers(0, len(content)))
    stop = choose.draw(st.integers(start, len(content)))
    assert near.read("step-1/0-rank-00000.safetensors", start, stop) is None
    assert near.write("step-1/0-rank-00000.safetensors", memoryview(content))
    assert near.read("step-1/0-rank-00000.safetensors", start, stop) == content[start:stop]


def test_ranks_and_runs_do_not_take_each_others_files(tmp_path):
    one, other = Near(str(tmp_path), "a"), Near(str(tmp_path), "b")
    for near, word in ((one, b"one"), (other, b"other")):
        for rank in (0, 1):
            near.write(f"step-1/0-rank-{rank:05d}.safetensors", memoryview(word))
    one.write("step-2/0-rank-00000.safetensors", memoryview(b"newer"))
    one.keep_only("step-2/0-rank-00000.safetensors")
    one.forget(1)
    assert [file.read_bytes() for file in sorted(one.root.iterdir())] == [b"newer"]
    assert [file.read_bytes() for file in sorted(other.root.iterdir())] == [b"other", b"other"]
