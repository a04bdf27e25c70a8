"""A corpus is a function of (input, recipe): whatever computes it, and whatever happens meanwhile, the same bytes."""

import json
import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from curate.recipe import of_inputs
from pipelines import shuffle
from pipelines.run import PHASES, Options, curate
from tests.pipelines import inputs

LONELY = ("unshare", "-rn", "sh", "-c", 'ip link set lo up && exec "$@"', "sh")  # only a loopback interface


def _can_be_lonely() -> bool:
    try:
        return subprocess.run([*LONELY, "true"], capture_output=True).returncode == 0
    except OSError:
        return False


@pytest.mark.parametrize("workers", [1, pytest.param(3, marks=pytest.mark.nightly)])
def test_any_number_of_workers_gives_the_same_bytes(workers, finished, digests, tmp_path):
    curate(finished.recipe, str(tmp_path / "corpus"), Options(workers=workers))
    assert digests(tmp_path / "corpus") == digests(finished.folder)


def test_many_small_partitions_and_three_workers_give_the_same_bytes(finished, digests, tmp_path, monkeypatch):
    monkeypatch.setattr(shuffle, "PARTITION_BYTES", 500)
    curate(finished.recipe, str(tmp_path / "corpus"), Options(workers=3))
    near = next((tmp_path / "corpus" / "work").glob("near_duplicates-*"))
    assert len(list((near / "pairs" / "reduce").glob("*.bin"))) > 10
    assert digests(tmp_path / "corpus") == digests(finished.folder)


def test_order_of_arguments_changes_no_setting_of_any_phase(source):
    files = [*map(str, sorted((source.parent / "web").glob("*.gz"))), str(source.parent / "facts.jsonl")]
    one, other = of_inputs(files), of_inputs(files[::-1])
    assert [phase.settings(one) for phase in PHASES] == [phase.settings(other) for phase in PHASES]


@pytest.mark.nightly
def test_order_of_arguments_does_not_show(source, command, digests, tmp_path):
    files = [*sorted((source.parent / "web").glob("*.gz")), source.parent / "facts.jsonl"]
    for name, order in (("a", files), ("b", files[::-1])):
        process = command("run", *order, "-o", tmp_path / name, "--workers", "2")
        assert process.wait(300) == 0, process.stdout.read()
    one, other = digests(tmp_path / "a"), digests(tmp_path / "b")
    assert one == other


def test_input_in_another_folder_changes_only_the_copy_of_the_recipe(source, finished, digests, tmp_path):
    shutil.copytree(source.parent, tmp_path / "moved")
    curate(inputs.recipe(tmp_path / "moved" / source.name), str(tmp_path / "corpus"), Options(workers=2))
    one, other = digests(tmp_path / "corpus"), digests(finished.folder)
    assert one.keys() == other.keys()
    assert {name for name in one if one[name] != other[name]} <= {"recipe.yaml", "manifest.json", "root"}


@pytest.mark.may_skip("unshare: servers of Beam listen on every interface, so they run where there is only loopback")
def test_embedded_portable_runner_gives_the_same_bytes(source, finished, digests, command, tmp_path):
    if not _can_be_lonely():
        pytest.skip("no network namespace of one's own here (unshare -rn)")
    options = ("--engine", "portable", "--job-endpoint", "embed")
    process = command("run", source, "-o", tmp_path / "corpus", *options, inside=LONELY)
    assert process.wait(600) == 0, process.stdout.read()
    markers = [json.loads(p.read_text()) for p in (tmp_path / "corpus" / "work").glob("*/*/done.json")]
    assert len(markers) >= 6 and not any(m["spilled"] for m in markers)  # it was not the local engine
    assert digests(tmp_path / "corpus") == digests(finished.folder)


@pytest.mark.nightly  # by day test_resume.py has one kill
@pytest.mark.nightly  # by day test_resume.py has one kill
def test_three_kills_do_not_show(source, finished, digests, command, tmp_path):
    assert _killed(source, tmp_path / "corpus", command, kills=3, seed=1) == 3
    assert digests(tmp_path / "corpus") == digests(finished.folder)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", [2, 3])
def test_ten_kills_do_not_show(seed, source, finished, digests, command, tmp_path):
    assert _killed(source, tmp_path / "corpus", command, kills=10, seed=seed) == 10
    assert digests(tmp_path / "corpus") == digests(finished.folder)


def _killed(source: Path, out: Path, command, kills: int, seed: int) -> int:
    """Start the run again and again, each time killing its whole group once a few more files are there; then finish."""
    draw, done = random.Random(seed), 0
    for _ in range(kills):
        process, wanted = (
            command("run", source, "-o", out, "--workers", "2"),
            _files(out) + draw.randrange(1, 250 // kills),
        )
        while process.poll() is None and _files(out) < wanted:
            time.sleep(0.02)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            done += 1
        process.wait()
    process = command("run", source, "-o", out, "--workers", "2")
    assert process.wait(300) == 0, process.stdout.read()
    return done


def _files(out: Path) -> int:
    return sum(len(names) for _, _, names in os.walk(out / "work"))
