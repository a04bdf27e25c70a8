"""One sentence for a user's mistake, a traceback file for a defect, and the exit codes that the help promises."""

import errno
from pathlib import Path

import numpy as np
import pytest

from curate.cli.failures import report
from curate.errors import BooksDoNotBalance, RunStopped, UserError
from schemas import make_ids


class TaskFailed(Exception):
    """As a worker reports: the cause lost its frames on the way from another process."""

    def __init__(self, cause: BaseException | None):
        super().__init__("task failed")
        self.cause, self.report = cause, "Traceback of the child\n"


@pytest.mark.parametrize(("kind", "code"), [(UserError, 2), (RunStopped, 3), (BooksDoNotBalance, 4)])
def test_an_expected_error_is_one_sentence_and_its_own_exit_code(kind, code, capsys):
    assert report(kind("no such rule")) == code
    assert capsys.readouterr().err == "curate: no such rule\n"


def test_a_value_error_that_our_code_raised_is_the_users(capsys):
    with pytest.raises(ValueError) as caught:
        make_ids(0, [0], corpus=200)
    assert report(caught.value) == 2
    assert capsys.readouterr().err.startswith("curate: corpus 200")


def test_a_value_error_from_inside_a_library_is_a_defect_with_a_traceback_file(capsys):
    with pytest.raises(ValueError) as caught:
        np.concatenate([])
    assert report(caught.value) == 1
    said = capsys.readouterr().err
    assert said.startswith("curate: unexpected ValueError")
    file = Path(said.split()[-1])
    assert "Traceback" in file.read_text()
    file.unlink()


def test_show_traceback_prints_it_instead(capsys):
    with pytest.raises(ValueError) as caught:
        np.concatenate([])
    assert report(caught.value, show_traceback=True) == 1
    assert "Traceback" in capsys.readouterr().err


def test_a_missing_file_is_named(tmp_path, capsys):
    with pytest.raises(OSError) as caught:
        (tmp_path / "recipe.yaml").read_text()
    assert report(caught.value) == 2
    assert "recipe.yaml: no such file or directory" in capsys.readouterr().err


@pytest.mark.parametrize("wrap", [lambda e: e, TaskFailed])
def test_a_full_disk_stops_a_run_that_can_continue_also_when_a_worker_met_it(wrap, capsys):
    assert report(wrap(OSError(errno.ENOSPC, "No space left on device", "corpus/x"))) == 3
    assert "the disk is full (corpus/x)" in capsys.readouterr().err


def test_a_task_that_failed_for_no_known_reason_keeps_the_traceback_of_its_process(capsys):
    assert report(TaskFailed(None)) == 1
    file = Path(capsys.readouterr().err.split()[-1])
    assert "Traceback of the child" in file.read_text()
    file.unlink()


def test_without_room_for_temporary_files_it_is_said_and_a_traceback_is_printed_where_none_can_be_kept(
    capsys, monkeypatch
):
    nowhere = FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp']")
    assert report(nowhere) == 3
    assert "TMPDIR" in capsys.readouterr().err

    def full(*_: object, **__: object) -> None:
        raise nowhere

    monkeypatch.setattr("curate.cli.failures.tempfile.NamedTemporaryFile", full)
    assert report(KeyError("a defect")) == 1
    said = capsys.readouterr().err
    assert said.startswith("curate: unexpected KeyError: 'a defect'\n") and "no file could be written" in said
