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
from trainer.supervisor.lost_time import of_run

ROOT = Path(__file__).parents[2]
LENGTH, ROWS, APART = 32, 80, 16  # a kill comes at most so many steps after the one before
MADE_ANEW = ("step", "loss", "loss_by", "grad_norm", "lr", "tokens", "weight")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    drawn = random.Random(5)
    rows = {
        name: [[[drawn.randrange(250) for _ in range(12)], [at % 250] * 14] for at in range(ROWS)]
        for name in ("code", "general")
    }
    return made_corpus.write(tmp_path_factory.mktemp("kills") / "corpus", rows, LENGTH)


def start(corpus: Path, folder: Path, steps: int) -> subprocess.Popen[str]:
    """The run as a user starts it."""
    recipe = {
        "corpus": str(corpus),
        "model": {"dim": 16, "layers": 1, "heads": 2, "kv_heads": 1, "ffn_dim": 32},
        "stages": [{"tokens": steps * 4 * LENGTH, "length": LENGTH, "batch": 4 * LENGTH}],
        "rate": {"peak": 0.01, "warmup": 5},
        "checkpoints": {"every": 7},
        "parallel": {"microbatch": 2},
        "tensorboard": False,
        "page": False,
    }
    folder.mkdir()
    (folder / "recipe.yaml").write_text(yaml.safe_dump(recipe))
    command = [sys.executable, "-m", "trainer", str(folder / "recipe.yaml"), "-o", str(folder / "run"), "--ranks", "2"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment
    )


def kill(process: subprocess.Popen[str], run: Path, rank: int, attempt: int, step: int, later: float) -> None:
    """Kill `rank` of an attempt so many seconds after it has told that it has done `step`; -1: that it lives."""
    file = run / f"heartbeats/rank-{rank:05d}.json"
    while process.poll() is None:
        try:
            beat = json.loads(file.read_bytes())
        except (OSError, ValueError):
            beat = {"attempt": -1}
        if beat["attempt"] == attempt and (beat["step"] or -1) >= step:
            time.sleep(later)
            os.kill(beat["pid"], signal.SIGKILL)
            return
        time.sleep(0.002)


def survive(corpus: Path, folder: Path, kills: int, seed: int) -> None:
    drawn = random.Random(seed)
    steps = APART * (kills + 1)
    run = folder / "killed" / "run"
    process = start(corpus, folder / "killed", steps)
    for attempt in range(kills):
        at = APART * attempt + drawn.randrange(1, APART)
        if attempt % 4 == 3:
            at = -1  # as soon as it lives: while it reads the checkpoint, or writes its first lines
        kill(process, run, drawn.randrange(2), attempt, at, drawn.choice((0.0, drawn.uniform(0, 0.05))))
    _, said = process.communicate()
    assert process.returncode == 0, said
    faults = [event for event in events.read(run) if event["kind"] == "fault"]
    assert [fault["why"].partition(" was ")[2] for fault in faults] == ["killed by SIGKILL"] * kills

    undisturbed = start(corpus, folder / "whole", steps)
    assert undisturbed.wait() == 0
    assert curve(run) == curve(folder / "whole" / "run")
    assert [point["step"] for point in curve(run)] == list(range(1, steps + 1))
    weights, expected = (state(str(folder / name / "run" / "checkpoints"), None) for name in ("killed", "whole"))
    assert weights.keys() == expected.keys() and all(torch.equal(weights[name], expected[name]) for name in expected)
    account = of_run(run)
    assert account.faults == kills and account.steps_redone > 0 and 0 < account.share < 1


def curve(run: Path) -> list[dict]:
    """The loss curve without what clocks told."""
    points = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    return [{name: point[name] for name in MADE_ANEW} for point in points]


def test_after_three_kills_the_weights_have_the_same_bits_and_each_point_of_the_curve_stands_once(corpus, tmp_path):
    survive(corpus, tmp_path, kills=3, seed=1)


@pytest.mark.nightly
def test_thirty_kills_change_no_bit(corpus, tmp_path):
    survive(corpus, tmp_path, kills=30, seed=2)
