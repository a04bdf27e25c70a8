"""Where a run writes: full disks, other runs, other files."""

import fcntl
import json
import os
import subprocess

import pytest

from curate.cli.failures import report
from curate.recipe import of_inputs
from pipelines import checks, prepare
from pipelines.run import Options, curate
from tests.faults import bad_files

MB = 1 << 20


@pytest.fixture
def recipe(tmp_path):
    (tmp_path / "in").mkdir()
    for n in range(6):
        (tmp_path / f"in/{n}.txt").write_text(bad_files.prose(n, 60_000))
    return of_inputs([str(tmp_path / "in")])


@pytest.fixture
def small_disk(tmp_path):
    """A folder on a disk of 40 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40m", "none", folder], capture_output=True)
    if made.returncode:
        pytest.skip("needs the right to mount")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


@pytest.mark.may_skip
def test_a_full_disk_stops_a_run_that_continues_to_the_same_bytes(recipe, small_disk, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(prepare, "_check_room", lambda *_: None)
    ballast, out = small_disk / "ballast", small_disk / "out"
    ballast.write_bytes(bytes(39 * MB))
    with pytest.raises(Exception) as error:
        curate(recipe, str(out), Options(workers=2))
    assert report(error.value) == 3
    said = capsys.readouterr().err
    assert "the disk is full" in said and said.count("\n") == 1
    ballast.unlink()
    curate(recipe, str(out), Options(workers=2))
    curate(recipe, str(tmp_path / "calm"), Options(workers=2))
    roots = [json.loads((folder / "manifest.json").read_text())["root"] for folder in (out, tmp_path / "calm")]
    assert roots[0] == roots[1]
    assert [path for path in out.rglob("*") if "scratch" in path.name or path.name.endswith(".part")] == []


def test_a_run_that_cannot_fit_is_refused_before_it_starts(recipe, tmp_path, monkeypatch):
    monkeypatch.setattr(prepare, "LEAST_ROOM", 1 << 60)
    with pytest.raises(ValueError, match="GB are free there"):
        curate(recipe, str(tmp_path / "out"))
    assert not (tmp_path / "out/work").exists()


def test_a_folder_that_another_run_holds_is_refused_and_names_the_holder(recipe, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    with open(out / ".lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write("process 7 on elsewhere")
        file.flush()
        with pytest.raises(ValueError, match="in use by process 7 on elsewhere"):
            curate(recipe, str(out))


def test_a_folder_without_permission_is_refused(recipe, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write everywhere
    with pytest.raises(ValueError, match="no permission"):
        checks.check_output(recipe, str(tmp_path / "out"))


def test_an_earlier_run_an_empty_folder_and_hidden_files_are_no_obstacle(recipe, tmp_path):
    for name, inside in (("new", []), ("hidden", [".DS_Store"]), ("earlier", ["manifest.json", "text"])):
        for file in inside:
            (tmp_path / name).mkdir(exist_ok=True)
            (tmp_path / name / file).touch()
        checks.check_output(recipe, str(tmp_path / name))


@pytest.mark.parametrize(("out", "refused"), [("s3://b/in/out", True), ("s3://b/in/", True), ("s3://b/in-out", False)])
def test_a_remote_folder_inside_a_remote_input_is_refused(out, refused):
    recipe = of_inputs(["s3://b/in"])
    try:
        checks.check_output(recipe, out)
    except ValueError as error:
        assert refused and "is inside s3://b/in, and the next run would read this one's output" in str(error)
    else:
        assert not refused
