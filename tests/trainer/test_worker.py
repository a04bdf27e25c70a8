"""A rank's process ends with the code that tells the supervisor what to do, whatever its threads are at."""

import os
import shlex
import subprocess
import sys

import pytest

from trainer.recipe import of

RECIPE = {"corpus": "c", "model": "proxy-1m", "stages": [{"tokens": 8, "length": 8, "batch": 8}]}
# Training that a thread outlives, as one of a broken process group does, and that needs no torch.
STAND_IN = """
import runpy, sys, threading, types
from trainer.errors import TrainingError, TrainingStopped
def train(recipe, run, until):
    threading.Thread(target=threading.Event().wait).start()
    {ending}
sys.modules["trainer.train"] = types.SimpleNamespace(train=train, Drained=type("Drained", (Exception,), {{}}))
runpy.run_module("trainer.worker", run_name="__main__")
"""


@pytest.mark.parametrize(
    ("ending", "code", "said"),
    [
        ("return", 0, ""),
        ("raise TrainingError('the shard is cut short')", 2, "error: the shard is cut short"),
        ("raise TrainingStopped('no room')", 3, "error: no room"),
        ("raise sys.modules['trainer.train'].Drained", 75, ""),
        ("raise RuntimeError('peer closed')", 1, "RuntimeError: peer closed"),
    ],
)
def test_a_rank_ends_at_once_with_its_code(ending, code, said, tmp_path):
    (tmp_path / "recipe.yaml").write_text(of(RECIPE).to_yaml())
    command = [sys.executable, "-c", STAND_IN.format(ending=ending), str(tmp_path), "1"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == code and done.stderr.strip().endswith(said)


@pytest.mark.parametrize("unread", [">&-", ">/dev/full"])
def test_what_nobody_reads_is_no_failure(unread, tmp_path):
    (tmp_path / "recipe.yaml").write_text(of(RECIPE).to_yaml())
    code = STAND_IN.format(ending="print('done')")
    command = shlex.join([sys.executable, "-c", code, str(tmp_path), "1"])
    buffered = {**os.environ, "PYTHONUNBUFFERED": ""}
    assert subprocess.run(["sh", "-c", f"{command} {unread}"], timeout=60, env=buffered).returncode == 0
