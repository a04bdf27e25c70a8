"""Two ranks are killed from outside at random places: the run ends with the bits of one that nobody disturbed.

Three kills here, thirty where CURATE_NIGHTLY=1. Each costs a start of two ranks, which is mostly the import of torch.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
import yaml

from tests.trainer import made_corpus
from trainer import events
from trainer.checkpoint.state import state
from trainer.supervisor import drain
from trainer.supervisor.lost_time import account

ROOT = Path(__file__).parents[2]
LENGTH, ROWS, APART = 32, 80, 16  # a kill comes at most so many steps after the one before
HANG = 60.0  # seconds
MADE_ANEW = ("step", "loss", "loss_by", "grad_norm", "lr", "tokens", "weight")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    drawn = random.Random(5)
    rows = {
        name: [[[drawn.randrange(250) for _ in range(12)], [at % 250] * 14] for at in range(ROWS)]
        for name in ("code", "general")
    }
    return made_corpus.write(tmp_path_factory.mktemp("kills") / "corpus", rows, LENGTH)


def start(corpus: Path, folder: Path, steps: int) -> subprocess.Popen[bytes]:
    """The run as a user starts it, or continues it; what it writes to stderr is in the folder."""
    recipe = {
        "corpus": str(corpus),
        "model": {"dim": 16, "layers": 1, "heads": 2, "kv_heads": 1, "ffn_dim": 32},
        "stages": [{"tokens": steps * 4 * LENGTH, "length": LENGTH, "batch": 4 * LENGTH}],
        "rate": {"peak": 0.01, "warmup": 5},
        "checkpoints": {"every": 7},
        "parallel": {"microbatch": 2},
        "faults": {"hang_after": HANG},
        "tensorboard": False,
        "page": False,
    }
    folder.mkdir(exist_ok=True)
    (folder / "recipe.yaml").write_text(yaml.safe_dump(recipe))
    command = [sys.executable, "-m", "trainer", str(folder / "recipe.yaml"), "-o", str(folder / "run"), "--ranks", "2"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
    with open(folder / "stderr", "ab") as err:
        return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=err, env=environment)


def send(
    number: int, process: subprocess.Popen[bytes], run: Path, rank: int, attempt: int, step: int, later: float = 0.0
) -> None:
    """A signal to `rank` of an attempt, `later` seconds after it told that it has done `step`; -1: that it lives."""
    file = run / f"heartbeats/rank-{rank:05d}.json"
    while process.poll() is None:
        try:
            beat = json.loads(file.read_bytes())
        except (OSError, ValueError):
            beat = {"attempt": -1}
        if beat["attempt"] == attempt and (beat["step"] or -1) >= step:
            time.sleep(later)
            os.kill(beat["pid"], number)
            return
        time.sleep(0.002)


def ended(process: subprocess.Popen[bytes], folder: Path) -> int:
    """The exit code, and on the screen what was said."""
    code = process.wait()
    print((folder / "stderr").read_text())
    return code


def same_as_undisturbed(corpus: Path, folder: Path, run: Path, steps: int) -> None:
    assert start(corpus, folder, steps).wait() == 0
    assert [point["step"] for point in curve(run)] == list(range(1, steps + 1))
    assert curve(run) == curve(folder / "run")
    weights, expected = (state(str(at / "checkpoints"), None) for at in (run, folder / "run"))
    assert weights.keys() == expected.keys() and all(torch.equal(weights[name], expected[name]) for name in expected)


def points(run: Path) -> list[dict]:
    return [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]


def curve(run: Path) -> list[dict]:
    """The loss curve without what clocks told."""
    return [{name: point[name] for name in MADE_ANEW} for point in points(run)]


def whys(run: Path) -> list[str]:
    return [event["why"] for event in events.read(run) if event["kind"] == "fault"]


def survive(corpus: Path, folder: Path, kills: int, seed: int) -> None:
    drawn = random.Random(seed)
    steps, run = APART * (kills + 1), folder / "killed" / "run"
    process = start(corpus, folder / "killed", steps)
    for attempt in range(kills):
        at = APART * attempt + drawn.randrange(1, APART)
        if attempt % 4 == 3:
            at = -1  # as soon as it lives: while it reads the checkpoint, or writes its first lines
        send(
            signal.SIGKILL, process, run, drawn.randrange(2), attempt, at, later=drawn.choice((0, drawn.random() / 20))
        )
    assert ended(process, folder / "killed") == 0
    assert [why.partition(" was ")[2] for why in whys(run)] == ["killed by SIGKILL"] * kills
    same_as_undisturbed(corpus, folder / "whole", run, steps)
    told = account(events.read(run), points(run))
    assert told.faults == kills and told.lost["restart"] > 0 and 0 < told.share < 1


def test_after_three_kills_the_weights_have_the_same_bits_and_each_point_of_the_curve_stands_once(corpus, tmp_path):
    survive(corpus, tmp_path, kills=3, seed=1)


@pytest.mark.nightly
def test_thirty_kills_change_no_bit(corpus, tmp_path):
    survive(corpus, tmp_path, kills=30, seed=2)


@pytest.mark.nightly
def test_a_rank_that_stands_still_and_a_sigterm_change_no_bit(corpus, tmp_path):
    folder, run, steps = tmp_path / "hung", tmp_path / "hung" / "run", 200
    process = start(corpus, folder, steps)
    send(signal.SIGSTOP, process, run, 1, 0, step=10)
    send(0, process, run, 0, 1, step=20)  # only waits
    process.send_signal(signal.SIGTERM)
    assert ended(process, folder) == drain.EXIT_CODE
    assert [f"for {HANG:g} seconds (faults.hang_after) after step" in why for why in whys(run)] == [True]
    assert start(corpus, folder, steps).wait() == 0
    same_as_undisturbed(corpus, tmp_path / "whole", run, steps)
