"""Four ranks: from every layout to every other, one verdict on what is damaged, one on what could not be written."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors import safe_open

from tests.trainer.checkpoint import ranks
from trainer import events
from trainer.checkpoint.checkpoints import Checkpoints
from trainer.checkpoint.state import state

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("ranks")
    alone = Checkpoints(folder / "alone", 1, {})
    alone.save(1, {"model": ranks.whole()}, {"from": "alone"})
    alone.wait()
    said = subprocess.run(
        [sys.executable, "-m", "tests.trainer.checkpoint.ranks", str(folder)],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert said.returncode == 0, said.stderr
    return folder


@pytest.fixture(scope="module")
def found(folder) -> list[dict]:
    return [json.loads((folder / f"found-{rank}.json").read_text()) for rank in range(ranks.WORLD)]


def test_every_layout_loads_from_every_layout_and_from_one_process(found):
    wrong = [(rank, case) for rank, each in enumerate(found) for case, same in each["loaded"].items() if not same]
    assert not wrong and len(found[0]["loaded"]) == 6 + 7 * 6


@pytest.mark.parametrize(
    "source", ["fsdp", "fsdp over tensor parallel", "tensor parallel", "hybrid", "pipeline", "replicas"]
)
def test_one_process_loads_from_every_layout_and_each_element_was_written_once(folder, source):
    whole = ranks.whole()
    read = state(str(folder / source))
    assert read.keys() == whole.keys() and all(torch.equal(read[name], whole[name]) for name in whole)
    written = 0
    for file in sorted((folder / source / "step-00000001").glob("*.safetensors")):
        with safe_open(file, "pt") as opened:
            written += sum(opened.get_tensor(name).numel() for name in opened.keys())  # noqa: SIM118
    assert written == sum(weight.numel() for weight in whole.values())


def test_all_ranks_take_the_same_older_step_when_one_finds_damage(found, folder):
    assert [each["damaged"] for each in found] == [[{"step": 1}, 1]] * ranks.WORLD
    (event,) = [event for event in events.read(folder) if event["kind"] == "checkpoint_passed_over"]
    assert event["step"] == 2 and "0-rank-00003.safetensors is not as it was written" in event["why"]


def test_all_ranks_refuse_another_model_with_the_same_sentence(found):
    assert {each["refused"] for each in found} == {found[0]["refused"]}
    assert "dim is None there and 7 in the recipe" in found[0]["refused"]


def test_all_ranks_stop_when_one_cannot_write_twice(found):
    assert [each["full"] for each in found] == [found[0]["full"]] * ranks.WORLD
    said, last, names = found[0]["full"]
    assert "0-rank-00002.safetensors: the disk is full" in said and last == 1
    assert names == ["step-00000001", "step-00000003"]  # the latter is empty
