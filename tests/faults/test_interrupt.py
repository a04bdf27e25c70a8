"""A run that is told to stop ends at once, in one sentence, and leaves no process and no noise."""

import os
import signal
import time

import psutil
import pytest

from tests.faults import bad_files
from tests.faults.command import start


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_run_with_one_sentence_and_no_orphans(tmp_path, number):
    (tmp_path / "in").mkdir()
    for n in range(40):
        (tmp_path / f"in/{n}.txt").write_text(bad_files.prose(n, 40_000))
    process = start("run", "in", "-o", "out", "--workers", "2", folder=tmp_path)
    parent = psutil.Process(process.pid)
    while process.poll() is None and not list(tmp_path.glob("out/work/urls-*/done/*")):
        time.sleep(0.05)
    children = parent.children(recursive=True)
    os.killpg(process.pid, number)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert said.rstrip().endswith("curate: interrupted. The same command continues where it stood.")
    assert "Traceback" not in said and "defect" not in said
    _, alive = psutil.wait_procs(children, timeout=20)
    assert alive == []
