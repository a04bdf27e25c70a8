"""No kernel reads a byte before or behind the bytes of its texts: they lie against pages that may not be touched.

Loads of 8 and 64 bytes are not seen by numba's checks of bounds, so here the processor checks. A child process runs the
cases, as a fault ends it.
"""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("side", ["end", "begin"])
def test_texts_of_every_length_against_a_forbidden_page(side):
    command = [sys.executable, "-m", "tests.kernels.guarded", side]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    assert (run.returncode, run.stdout.strip()) == (0, "whole"), run.stderr[-2000:]
