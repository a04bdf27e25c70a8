"""`python -m benchmarks.gpu` from end to end on a CPU, in sizes that only show that the code runs."""

import os
import subprocess
import sys
import time
from dataclasses import replace

import pytest
import torch

from benchmarks import gpu, gpu_parts, gpu_table
from benchmarks.gpu_bench import Bench
from benchmarks.gpu_parts import PARTS, Part
from benchmarks.gpu_rows import OURS, Check, Report, Row, Step, read
from trainer.kernels.names import NAMES

ONE = Row("swiglu", "a case", OURS, 1.0, bytes=1e9, share=0.9)


@pytest.fixture
def report():
    return gpu_parts.report("a test", tiny=True)


@pytest.mark.parametrize("part", ["checks", *(part.name for part in PARTS if part.name != "step_1b")])  # as step_8b
def test_every_part_runs_and_ours_is_among_what_it_finds(part, report, tmp_path):
    before = torch.are_deterministic_algorithms_enabled(), torch.utils.deterministic.fill_uninitialized_memory
    bench = Bench(torch.device("cpu"), report, tmp_path / "gpu.json", tiny=True)
    try:
        gpu_parts.run(part, bench)
    finally:
        torch.use_deterministic_algorithms(before[0])
        torch.utils.deterministic.fill_uninitialized_memory = before[1]
    assert read(tmp_path / "gpu.json") == report, "what was found lies in the file"
    assert gpu.failures(report) == []
    if part == "checks":
        assert {check.kernel for check in report.checks} == set(NAMES)
    elif part == "curves":
        assert {curve.kernels for curve in report.curves} == {"triton", "reference"}
    elif part.startswith("step"):
        assert [step.kernels for step in report.steps] == ["triton", "triton", "reference"]
        assert all(step.ms and step.tokens_s for step in report.steps) and report.steps[0].breakdown
    elif part == "ceilings":
        assert report.ceilings["matmul"] > 0 and not report.ceilings["measured"]
    else:
        kernels = next(each.kernels for each in PARTS if each.name == part)
        named = {"documents": "attention"}
        assert {named.get(row.part, row.part) for row in report.rows} == set(kernels)
        by_case = {row.case: [] for row in report.rows}
        for row in report.rows:
            by_case[row.case].append(row)
        assert all(rows[0].implementation == OURS and len(rows) > 1 for rows in by_case.values())
    assert gpu_table.table(report)


def test_the_command_writes_a_file_and_a_table_and_says_that_the_sizes_are_a_tests(tmp_path):
    out = tmp_path / "gpu.json"
    command = [sys.executable, "-m", "benchmarks.gpu", "--only", "ceilings", "--tiny", "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=gpu_parts.ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "TINY" in done.stdout and "nothing failed" in done.stdout
    found = read(out)
    assert found.tiny and [row.part for row in found.rows] == ["ceilings", "ceilings"] and found.seconds["all"] > 0
    assert found.command.endswith(f"--only ceilings --tiny --out {out}") and not found.skipped


def test_without_a_gpu_it_says_so(capsys, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(SystemExit):
        gpu.main([])
    assert "there is no CUDA device here" in capsys.readouterr().err


class Started(gpu.Run):
    """Processes that write one row and then do as `code` says."""

    code = ""

    def start(self, name, file, seconds, options):
        found = replace(self.report, rows=[replace(ONE, part=name)], checks=[], steps=[], curves=[])
        found.write(file)
        return subprocess.Popen([sys.executable, "-c", self.code], start_new_session=True)


def test_a_part_that_dies_or_never_ends_leaves_what_it_found_and_the_others_go_on(report, tmp_path, monkeypatch):
    monkeypatch.setattr(gpu, "GRACE", 0.0)
    monkeypatch.setattr(gpu, "PARTS", (Part("one", 60, ""), Part("two", 1, "")))
    run = Started(report, tmp_path / "gpu.json", tmp_path, 60.0)
    run.code = "import os, time; os._exit(3)"
    run.together("one", 60, [[]])
    run.code = "import time; time.sleep(100)"
    began = time.monotonic()
    run.together("two", 1, [[]])
    assert time.monotonic() - began < 30
    run.code = ""
    run.together("three", 60, [[], []])
    found = read(tmp_path / "gpu.json")
    assert [row.part for row in found.rows] == ["one", "two", "three", "three"]
    assert found.skipped == {
        "one": "ended with exit code 3; what it had found is kept",
        "two": "stopped after 1 s; what it had found is kept",
    }
    assert list(found.seconds) == ["one", "two", "three"]


def test_what_there_is_no_time_for_is_named_and_no_failure(report, tmp_path):
    run = Started(report, tmp_path / "gpu.json", tmp_path, 1.0)
    run.all([part.name for part in PARTS])
    assert set(run.report.skipped) == {"checks", *(part.name for part in PARTS)} and not gpu.failures(run.report)


def test_kernels_that_are_wanted_are_checked_first(report, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(gpu.Run, "together", lambda self, name, seconds, options: asked.append((name, options)))
    gpu.Run(report, tmp_path / "gpu.json", tmp_path, 60.0).all(["optimizer"])
    assert [name for name, _ in asked] == ["checks", "optimizer"]
    assert sorted(kernel for share in asked[0][1] for kernel in share[1:]) == ["adamw", "grad_norm"]


def test_a_failed_check_fails_the_run_and_marks_the_speeds_of_its_kernel(report):
    wrong = Check("attention", "a case", "bf16", 0.5, 0.01, True, False, "too far from fp64")
    step = Step("1B", "one a row", "triton", 8192, 8192, "", 1.0, tokens_s=9.0)
    rows = [ONE, replace(ONE, part="attention"), replace(ONE, part="documents"), replace(ONE, implementation="eager")]
    report = replace(report, checks=[wrong], rows=rows, steps=[step, replace(step, kernels="reference")])
    assert gpu.failures(report) == ["attention: a case, bf16: too far from fp64"]
    found = gpu.marked(report)
    assert [row.note for row in found.rows] == ["", "FAILED its check", "FAILED its check", ""]
    assert [each.note for each in found.steps] == ["FAILED its check", ""]
    assert "FAILED attention" in gpu_table.table(found)


def test_a_kernel_of_ours_that_did_not_run_fails_the_run(report):
    fell = replace(ONE, ms=None, note="not available: OutOfMemoryError: CUDA out of memory")
    late = replace(ONE, ms=None, note="not available: no time was left")
    others = replace(fell, implementation="Liger")
    assert gpu.failures(replace(report, rows=[ONE, late, others])) == []
    assert len(gpu.failures(replace(report, rows=[ONE, fell]))) == 1


def test_a_part_that_broke_off_fails_the_run_and_so_do_checks_that_did_not_end(report):
    said = {"checks": "stopped after 115 s", "step_8b": "ended with exit code 1", "curves": "stopped after 85 s"}
    assert gpu.failures(replace(report, skipped=said)) == [
        "checks: stopped after 115 s",
        "step_8b: ended with exit code 1",
    ]


def test_a_report_comes_back_as_it_was_written(report, tmp_path):
    whole: Report = replace(report, rows=[ONE], steps=[Step("1B", "one a row", "triton", 8, 8, "", None, note="why")])
    whole.write(tmp_path / "gpu.json")
    assert read(tmp_path / "gpu.json") == whole
    assert os.listdir(tmp_path) == ["gpu.json"]


def test_the_parts_fit_into_the_time_when_none_takes_more_than_is_usual():
    assert sum(part.seconds for part in PARTS) + gpu_parts.CHECKS <= 1.25 * 9 * 60
