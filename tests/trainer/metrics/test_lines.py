"""metrics.jsonl: strict JSON, and each step once through any number of kills."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from trainer.metrics import lines

TORN = st.sampled_from([b"", b'{"step":', b'{"step":7}', b"\x00\x00\x00", b'{"step":99,"loss":1}\xff'])


def write(run: Path, steps: list[int], torn: bytes = b"") -> None:
    file = os.open(run / lines.FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for step in steps:
        lines.append(file, {"step": step, "loss": 1.0 / step})
    os.write(file, torn)
    os.close(file)


def steps(run: Path) -> list[int]:
    return [line["step"] for line in lines.read(run)]


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(0, 30), TORN), min_size=1, max_size=8))
def test_each_step_stands_once_through_any_kills(tmp_path_factory, attempts: list[tuple[int, int, bytes]]) -> None:
    """Each attempt does some steps from its checkpoint on and dies within a line; the next goes back some."""
    run = tmp_path_factory.mktemp("run")
    at = 0
    for many, back, torn in attempts:
        write(run, list(range(at + 1, at + many + 1)), torn)
        furthest, at = at + many, max(0, at + many - back)
        dropped = lines.cut(run, at)
        assert [line["step"] for line in dropped] == list(range(furthest, at, -1))
        assert steps(run) == list(range(1, at + 1))
        assert (run / lines.FILE).read_bytes().endswith(b"\n") or at == 0


def test_cutting_what_is_not_there_does_nothing(tmp_path: Path) -> None:
    assert lines.cut(tmp_path, 3) == [] and steps(tmp_path) == []
    write(tmp_path, [])
    assert lines.cut(tmp_path, 3) == []
    write(tmp_path, [1, 2])
    before = (tmp_path / lines.FILE).stat().st_mtime_ns
    assert lines.cut(tmp_path, 5) == [] and (tmp_path / lines.FILE).stat().st_mtime_ns == before


def test_a_line_that_is_damaged_is_passed_over(tmp_path: Path) -> None:
    write(tmp_path, [1], b"\x00\x00 lost power\n")
    write(tmp_path, [2], b'[3]\n{"loss": 4}\n{"step": "5"}\n')
    assert steps(tmp_path) == [1, 2]
    lines.cut(tmp_path, 1)
    assert (tmp_path / lines.FILE).read_bytes() == b'{"step":1,"loss":1.0}\n'


def test_what_is_no_number_is_null_and_named() -> None:
    given = {"step": 3, "loss": math.nan, "loss_by": {"web": (math.inf, 2, 3)}, "lr": np.float32(0.5), "note": "NaN"}
    assert json.loads(lines.strict(given), parse_constant=lambda name: 1 / 0) == {
        "step": 3,
        "loss": None,
        "loss_by": {"web": [None, 2, 3]},
        "lr": 0.5,
        "note": "NaN",
        "not_finite": ["loss", "loss_by.web"],
    }
    assert "not_finite" not in lines.strict({"step": 1, "loss": 2.0})
