"""One process: what is saved comes back bit for bit, damage is passed over, failures are told."""

import json
import os
import threading
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from tests.trainer.checkpoint.runs import SHAPE, at, file_of, latest, names, saved, told
from tests.trainer.checkpoint.tensors import empty, equal, same, state
from trainer.checkpoint import folder as folder_of
from trainer.checkpoint.checkpoints import Checkpoints
from trainer.checkpoint.verify import main as verify_all
from trainer.checkpoint.verify import verify
from trainer.errors import TrainingError


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return tmp_path


def test_what_is_saved_comes_back_bit_for_bit_with_its_progress(run):
    saved(run, 5)
    found, made = empty(), at(run)
    assert made.load(found) == {"step": 5, "tokens": 50, "watch": {"mean": 0.1}}
    assert same(found, state(5)) and made.last == 5


def test_there_is_nothing_to_load_in_a_new_folder(run):
    assert at(run).load(empty()) is None


def test_weights_may_be_overwritten_as_soon_as_save_returns(run, monkeypatch):
    """The write waits until they are; what was there at the call is what is saved."""
    overwritten = threading.Event()
    write = folder_of.Folder.write

    def late(self, path, content, size):
        assert overwritten.wait(60)
        write(self, path, content, size)

    monkeypatch.setattr(folder_of.Folder, "write", late)
    made, tensors = at(run), state(1)
    made.save(1, tensors, {"step": 1})
    for kind in tensors.values():
        for tensor in kind.values():
            tensor.fill_(7)
    overwritten.set()
    found = empty()
    assert made.load(found) == {"step": 1} and same(found, state(1))


def test_tensors_that_are_views_or_transposed_are_saved_as_they_look(run):
    whole = torch.arange(24.0).view(4, 6)
    made = at(run)
    made.save(1, {"model": {"t": whole.t(), "part": whole[1:3, 2:5]}}, {})
    found = {"model": {"t": torch.zeros(6, 4), "part": torch.zeros(4, 3).t()[:, :2].t()}}
    made.load(found)
    assert torch.equal(found["model"]["t"], whole.t()) and torch.equal(found["model"]["part"], whole[1:3, 2:5])


def test_any_safetensors_reader_opens_the_files(run):
    saved(run, 5)
    found = load_file(file_of(run, 5, "0-rank-00000.safetensors"))
    of = state(5)
    assert len(found) == 12
    assert all(equal(found[f"{kind}/{name}"], of[kind][name]) for kind in of for name in of[kind])


def test_only_what_is_asked_for_is_loaded(run):
    """A fine-tuning run takes the weights, and begins its moments anew."""
    saved(run, 5)
    found = {"model": {"norm": torch.zeros(5, dtype=torch.float64)}}
    at(run).load(found)
    assert torch.equal(found["model"]["norm"], state(5)["model"]["norm"].double())


def test_the_newest_are_kept_and_the_others_go(run):
    saved(run, 1, 2, 3, 4, 5, keep=2)
    assert names(run) == ["step-00000004", "step-00000005"]


def test_unfinished_checkpoints_make_room_for_the_next_and_other_files_stay(run, monkeypatch):
    saved(run, 1)
    file_of(run, 9, "0-rank-00000.safetensors").parent.mkdir()
    file_of(run, 9, "0-rank-00000.safetensors").write_bytes(b"half")
    (run / "checkpoints" / "notes.txt").write_text("mine")
    (run / "checkpoints" / "averaged").mkdir()
    there, write = [], folder_of.Folder.write

    def watched(self, path, content, size):
        there.append(names(run))
        write(self, path, content, size)

    monkeypatch.setattr(folder_of.Folder, "write", watched)
    saved(run, 2)
    assert there[0] == ["averaged", "notes.txt", "step-00000001"]
    assert names(run) == [*there[0], "step-00000002"]


def test_a_step_saved_once_more_replaces_what_was_there(run):
    made = saved(run, 1)
    made.save(1, state(77), {"again": True})
    found = empty()
    assert made.load(found) == {"again": True} and same(found, state(77))
    assert sorted(os.listdir(file_of(run, 1, "x").parent)) == [
        "1-rank-00000.safetensors",
        "1-tensors.json",
        "complete.json",
    ]


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[-9] ^= 4
    file.write_bytes(content)


def truncate(file: Path) -> None:
    os.truncate(file, file.stat().st_size - 3)


DAMAGES = [
    ("0-rank-00000.safetensors", flip, "0-rank-00000.safetensors is not as it was written"),
    ("0-rank-00000.safetensors", truncate, "0-rank-00000.safetensors has "),
    ("0-rank-00000.safetensors", Path.unlink, "0-rank-00000.safetensors is missing"),
    ("0-tensors.json", flip, "0-tensors.json is not as it was written"),
    ("0-tensors.json", truncate, "0-tensors.json has "),
    ("0-tensors.json", Path.unlink, "0-tensors.json is missing"),
    ("complete.json", flip, "complete.json is not as it was written"),
    ("complete.json", truncate, "complete.json is cut short"),
    ("complete.json", Path.unlink, "has no complete.json"),
]


@pytest.mark.parametrize(("name", "damage", "why"), DAMAGES)
def test_a_damaged_checkpoint_is_passed_over_and_the_one_before_loads(run, name, damage, why):
    saved(run, 1, 2)
    damage(file_of(run, 2, name))
    assert why in verify(str(run / "checkpoints"), 2) and verify(str(run / "checkpoints"), 1) is None
    assert verify_all(str(run / "checkpoints")) == 1
    found, made = empty(), at(run)
    assert made.load(found)["step"] == 1 and same(found, state(1))
    (event,) = told(run, "checkpoint_passed_over")
    assert event["step"] == 2 and event["why"].startswith("step-00000002: ") and why in event["why"]
    # It does not come back when the run goes on, and is replaced when the run comes to its step again.
    assert latest(run) == 1
    made.save(2, state(2), {"step": 2})
    assert made.load(found)["step"] == 2 and same(found, state(2))


def test_looking_through_a_folder_says_of_each_checkpoint_whether_it_is_whole(run, capsys):
    saved(run, 1, 2)
    assert verify_all(str(run / "checkpoints")) == 0
    assert capsys.readouterr().out == "step-00000001: whole\nstep-00000002: whole\n"
    assert verify_all(str(run)) == 2
    assert capsys.readouterr().err == f"{run}: holds no checkpoint; name the folder with the step-… in it\n"


def test_with_one_to_keep_a_damaged_newer_one_never_takes_its_place(run):
    saved(run, 1, 5, keep=2)
    flip(file_of(run, 5, "0-rank-00000.safetensors"))
    made = at(run, keep=1)
    made.load(empty())
    made.save(3, state(3), {"step": 3})
    made.wait()
    found = empty()
    assert at(run, keep=1).load(found)["step"] == 3 and same(found, state(3))
    assert names(run) == ["step-00000003"]


def test_rewinding_gives_up_what_was_saved_since(run):
    made = saved(run, 1, 2, 3)
    assert made.load(empty(), at_most=2)["step"] == 2
    assert latest(run) == 2


def test_where_all_are_damaged_nothing_begins_anew_by_itself(run):
    saved(run, 1, 2)
    for step in (1, 2):
        truncate(file_of(run, step, "0-rank-00000.safetensors"))
    with pytest.raises(TrainingError, match=r"checkpoints: none of its checkpoints is whole \(step-00000002: 0-rank"):
        at(run).load(empty())


def test_where_the_first_save_was_never_finished_the_run_begins_anew(run):
    saved(run, 1)
    file_of(run, 1, "complete.json").unlink()
    assert at(run).load(empty()) is None


def test_a_checkpoint_of_another_model_is_refused_with_what_differs(run):
    saved(run, 1)
    with pytest.raises(TrainingError, match=r"step-00000001: is of another model: layers is 2 there and 4 in the rec"):
        at(run, shape={**SHAPE, "layers": 4}).load(empty())
    with pytest.raises(TrainingError, match="vocab is None there and 9 in the recipe"):
        at(run, shape={**SHAPE, "vocab": 9}).load(empty())


def test_a_tensor_that_is_not_there_or_of_another_shape_is_named(run):
    saved(run, 1)
    with pytest.raises(TrainingError, match=r"step-00000001: holds no third/norm; load it with"):
        at(run).load({"third": {"norm": torch.zeros(5)}})
    with pytest.raises(TrainingError, match=r"model/norm has shape \[5\] there and \[6\] here"):
        at(run).load({"model": {"norm": torch.zeros(6)}})


def test_a_shape_that_json_writes_otherwise_is_the_same_shape(run):
    shape = {"heads": (4, 2)}
    made = at(run, shape=shape)
    made.save(1, state(1), {"by": {2: 1.5, 10: 0.5}})
    made.wait()
    assert at(run, shape=shape).load(empty()) == {"by": {"2": 1.5, "10": 0.5}}


def test_an_unknown_store_is_refused_by_name():
    with pytest.raises(TrainingError, match=r"nosuch://x: .*nosuch.*; name another checkpoints\.folder"):
        Checkpoints("nosuch://x", 1, {})


def test_events_say_how_long_training_stood_still_and_how_much_was_written(run):
    saved(run, 1)
    (event,) = told(run, "checkpoint")
    complete = json.loads(file_of(run, 1, "complete.json").read_text())
    assert event["bytes"] == sum(file["bytes"] for file in complete["files"].values())
    assert event["blocked"] >= 0 and event["seconds"] >= 0


def test_nothing_in_a_checkpoint_is_a_pickle(run):
    saved(run, 1)
    found = sorted(path.suffix for path in file_of(run, 1, "").iterdir())
    assert found == [".json", ".json", ".safetensors"]
