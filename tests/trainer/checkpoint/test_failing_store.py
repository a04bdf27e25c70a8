"""A store that is full or cannot be written to: told in a sentence, and training goes on while it may."""

import errno
from pathlib import Path

import pytest

from tests.trainer.checkpoint.runs import at, file_of, latest, names, saved, told
from tests.trainer.checkpoint.tensors import state
from trainer.checkpoint import folder as folder_of
from trainer.errors import TrainingError, TrainingStopped


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return tmp_path


def full(*_, **__) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_told_and_training_goes_on_until_it_happens_twice(run, monkeypatch):
    made = saved(run, 1)
    with monkeypatch.context() as patch:
        patch.setattr(folder_of.os, "fsync", full)
        made.save(2, state(2), {})
        made.wait()
        (event,) = told(run, "checkpoint_failed")
        assert event["step"] == 2
        assert event["why"].endswith(": the disk is full; make room, or keep fewer checkpoints (checkpoints.keep)")
        assert names(run) == ["step-00000001", "step-00000002"] and not list(file_of(run, 2, "").iterdir())
        made.save(3, state(3), {})
        with pytest.raises(TrainingStopped, match=r"the disk is full.* \(2 checkpoints in a row could not be saved"):
            made.save(4, state(4), {})
    assert latest(run) == 1


def test_a_save_that_succeeds_makes_good_for_one_that_failed(run, monkeypatch):
    made = at(run)
    for step in (1, 2, 3, 4):
        with monkeypatch.context() as patch:
            if step % 2:
                patch.setattr(folder_of.os, "fsync", full)
            made.save(step, state(step), {})
            made.wait()
    assert made.last == 4 and [event["step"] for event in told(run, "checkpoint_failed")] == [1, 3]


def test_a_folder_that_cannot_be_written_to_is_refused_before_the_first_step(run, monkeypatch):
    (run / "checkpoints").write_text("a file")
    with pytest.raises(TrainingError, match=r"checkpoints/writable: .*(Not a directory|File exists)") as caught:
        at(run)
    assert "\n" not in str(caught.value)

    def denied(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(folder_of.os, "makedirs", denied)
    with pytest.raises(TrainingError, match=r"this user may not write or read there; name another checkpoints\.folder"):
        at(run / "other")
