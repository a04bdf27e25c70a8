"""`make bench`: parts in turn, their rows in one file, and what failed."""

import json
from dataclasses import asdict
from importlib.util import find_spec

import pytest

from benchmarks import bench, results
from benchmarks.rows import Row


def row(name: str, part: str, value: float = 1) -> Row:
    return Row(name, value, "s", 1, command=f"python -m benchmarks.{part}")


@pytest.fixture
def parts(monkeypatch):
    """Parts that answer with rows and an exit code instead of measuring."""
    answers = {"one": ([row("one: new", "one")], 0), "two": ([], 3), "three": ([row("three: at 1 MB", "three")], 0)}

    def measured(part):
        rows, code = answers[part.name]
        return [{**asdict(each), "holds": each.holds} for each in rows], code

    monkeypatch.setattr(bench, "_measured", measured)
    return [bench.Part("one"), bench.Part("two"), bench.Part("three", whole=False)]


def test_a_part_that_fails_is_named_and_the_others_go_on(parts, tmp_path):
    found, failed = bench.measure(parts, tmp_path / "rows.json")
    assert [each.name for each in found] == ["one: new", "three: at 1 MB"]
    assert failed == ["two"]


def test_rows_that_a_whole_part_measures_no_more_go_and_all_others_stay(parts, tmp_path):
    path = tmp_path / "rows.json"
    old = [row("one: old", "one"), row("one: sub", "one sub"), row("two: old", "two"), row("three: at 9 MB", "three")]
    results.merge([*old, row("one: old", "oneself")], path)
    bench.measure(parts, path)
    names = [(each["name"], each["command"].split(".")[1]) for each in json.loads(path.read_text("utf-8"))]
    assert names == [
        ("two: old", "two"), ("three: at 9 MB", "three"), ("one: old", "oneself"), ("one: new", "one"),
        ("three: at 1 MB", "three"),
    ]  # fmt: skip


def test_a_part_writes_where_bench_asks_it_to(tmp_path, monkeypatch):
    (tmp_path / "benchmarks").mkdir()
    source = "import os, pathlib, sys\npathlib.Path(os.environ['BENCH_ROWS']).write_text('[1, 2]')\nsys.exit(2)\n"
    (tmp_path / "benchmarks" / "part.py").write_text(source)
    monkeypatch.setattr(bench, "ROOT", tmp_path)
    assert bench._measured(bench.Part("part")) == ([1, 2], 2)


def test_every_part_is_there():
    assert all(find_spec(f"benchmarks.{part.name}") for part in bench.PARTS)
