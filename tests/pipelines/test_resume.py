"""A run that was stopped goes on at the shard where it stood, and one folder has one run at a time."""

import os
import signal
import time

import pytest

from pipelines.run import Options, curate


def marked(folder, phase) -> dict[str, int]:
    return {p.name: p.stat().st_mtime_ns for p in (folder / "work").glob(f"{phase}-*/done/*.json")}


def started(command, source, out):
    """A run that is under way: it has put down a few markers."""
    process = command("run", source, "-o", out, "--workers", "2")
    while len(list(out.glob("work/extract-*/done/*.json"))) < 3:
        assert process.poll() is None, process.stdout.read()
        time.sleep(0.02)
    return process


def test_only_shards_without_a_marker_are_done_again(finished, copy_of_run):
    before = marked(copy_of_run, "score")
    gone = sorted(before)[2:4]
    for phase in ("score", "select", "mix", "pack", "report"):
        next((copy_of_run / "work").glob(f"{phase}-*/manifest.json")).unlink()
    for name in gone:
        next((copy_of_run / "work").glob(f"score-*/done/{name}")).unlink()
    ran = curate(finished.recipe, str(copy_of_run), Options(workers=2)).ran
    after = marked(copy_of_run, "score")
    assert ran == ["score", "select", "mix", "pack", "report"]
    assert after.keys() == before.keys() and {name for name in after if after[name] != before[name]} == set(gone)


def test_a_killed_run_leaves_markers_that_the_next_one_keeps(source, command, finished, digests, tmp_path):
    out = tmp_path / "corpus"
    process = started(command, source, out)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert not (out / "manifest.json").exists()
    before = marked(out, "extract")
    curate(finished.recipe, str(out), Options(workers=2))
    after = marked(out, "extract")
    assert {name: after[name] for name in before} == before
    assert digests(out) == digests(finished.folder)


def test_scratch_files_of_a_killed_run_are_swept(finished, copy_of_run):
    left = next((copy_of_run / "work").glob("extract-*")) / ".scratch-0123"
    left.write_bytes(b"half a file")
    curate(finished.recipe, str(copy_of_run), Options(workers=2))
    assert not left.exists()


def test_a_second_run_in_the_folder_is_refused_until_the_first_is_dead(source, command, finished, tmp_path):
    out = tmp_path / "corpus"
    process = started(command, source, out)
    with pytest.raises(ValueError, match=f"in use by process {process.pid}"):
        curate(finished.recipe, str(out), Options(workers=1))
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    curate(finished.recipe, str(out), Options(workers=1, dry_run=True))
