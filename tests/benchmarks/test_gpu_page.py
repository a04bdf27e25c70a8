"""docs/gpu.md and its plots are what their JSON says."""

import json
import re
from dataclasses import asdict
from xml.etree import ElementTree

import pytest

from benchmarks import gpu_page
from benchmarks.gpu_page_bars import bars
from benchmarks.gpu_page_tables import table
from benchmarks.gpu_rows import OURS, Report, Row, Step

CAUSAL = "head_dim 128, 8,192 causal, forward"


def report(modelled, **more):
    return Report(
        "2026-11-22T01:30:00",
        "",
        {"name": "NVIDIA H200", "driver": "580"},
        {"torch": "2.15"},
        modelled=modelled,
        **more,
    )


def test_the_page_and_its_plots_are_those_of_their_rows():
    text = gpu_page.PAGE.read_text("utf-8")
    assert text.count("<!-- made ") == text.count("<!-- end -->") == len(gpu_page.BLOCK.findall(text)) > 10
    blocks, plots = gpu_page.made()
    assert gpu_page.rendered(text, blocks) == text, "run `python -m benchmarks.gpu_page`"
    for name, svg in plots.items():
        assert (gpu_page.DOCS / name).read_text("utf-8") == svg, "run `python -m benchmarks.gpu_page`"
        assert f"]({name})" in text


def test_plots_are_well_formed_without_scripts_and_say_that_they_are_modelled():
    for svg in gpu_page.made()[1].values():
        root = ElementTree.fromstring(svg)
        assert root.tag.endswith("svg") and "script" not in svg and "prefers-color-scheme:dark" in svg
        assert "modelled" in root[0].text
        assert not re.search(r"\bnan\b|\binf\b", svg)


def test_plots_and_tables_agree_to_the_digit_where_they_show_the_same_step():
    modelled = json.loads((gpu_page.HERE / "gpu_modelled.json").read_text("utf-8"))
    blocks, drawn = gpu_page.made()
    steps = {named(step): step for step in modelled["report"]["steps"]}
    bounds = {at: step["all"] for at, step in modelled["step_bounds"].items()}
    same = {at: each for each in modelled["mfu"] if (at := named(each)) in steps}
    assert {at[0] for at in same} == {"1B", "8B"} and len(same) == 5
    for at, each in same.items():
        exact, palm = f"{each['exact'][1]:.1%}", f"{each['palm'][1]:.1%}"
        (line,) = (line for line in blocks["steps"].splitlines() if line.endswith(f"| {at[3]} |") and _is(line, at))
        assert f"| {exact} |" in line and f"| {palm} |" in line
        assert f"{at[0]}, documents {at[1]}: {exact} (" in drawn["mfu.svg"]
        if at[1] == "one a row":
            assert f">{at[0]} {exact}<" in drawn["mfu.svg"] and f">{at[0]} {palm}<" in drawn["mfu.svg"]
        fast, figure, slow = bounds[", ".join((at[0], at[1], str(at[2])))]
        shares = [each["exact"][1] * figure / ms for ms in (fast, slow)]
        assert each["exact"][::2] == pytest.approx(shares, rel=1e-4)
    for each in modelled["times"]:
        if (at := named(each)) in steps:
            spent = {kind: three[1] for kind, three in each["kinds"].items()}
            assert spent == pytest.approx(steps[at]["breakdown"], abs=1e-4)


def test_plots_show_steps_of_one_size_and_what_adds_up_gradients():
    modelled = json.loads((gpu_page.HERE / "gpu_modelled.json").read_text("utf-8"))
    assert {each["tokens"] for each in modelled["mfu"] + modelled["times"]} == {32_768}
    (one,) = (each for each in modelled["times"] if (each["model"], each["documents"]) == ("8B", "one a row"))
    assert one["kinds"]["copies"][1] > 50
    rest = sum(three[1] for kind, three in one["kinds"].items() if kind != "matmul")
    assert f">{rest:,.0f}<" in gpu_page.made()[1]["step_time.svg"]


def test_what_was_measured_stands_before_what_was_modelled(tmp_path):
    modelled = json.loads((gpu_page.HERE / "gpu_modelled.json").read_text("utf-8"))
    (tmp_path / "gpu_modelled.json").write_text(json.dumps(modelled))
    assert gpu_page.made(tmp_path)[0]["from"].startswith("**No kernel here was measured")
    row = Row("swiglu", "8B", OURS, 0.2, bytes=1e9, share=0.9)
    (tmp_path / "gpu.json").write_text(json.dumps(asdict(report(False, rows=[row]))))
    blocks, _ = gpu_page.made(tmp_path)
    assert blocks["from"].startswith("**Measured** on 2026-11-22 on one NVIDIA H200, driver 580")
    assert "modelled" not in blocks["bars"] + blocks["kernels"] and "| 8B | ours | 0.2000 |" in blocks["kernels"]


def test_a_modelled_figure_passes_by_its_slow_bound_and_misses_by_its_fast_one():
    rows = [Row("attention", CAUSAL, OURS, 1.0), Row("attention", CAUSAL, "SDPA cuDNN", 0.8, ratio=0.8)]
    for bounds, said in (((0.9, 1.2), "likely"), ((0.9, 1.3), "cannot be said"), ((1.3, 1.4), "unlikely")):
        fast, slow = bounds
        found = bars(_packed(report(True, rows=rows)), {f"attention: {CAUSAL}: {OURS}": [fast, 1.0, slow]})
        assert found[0].verdict == f"modelled: {said}"


def test_a_measured_figure_is_held_to_its_bar_and_one_that_is_not_there_is_not_said():
    rows = [Row("attention", CAUSAL, OURS, 1.0), Row("attention", CAUSAL, "SDPA cuDNN", 0.6, ratio=0.6)]
    step = Step("8B", "one a row", "triton", 8192, 8192, "", 1.0, 1.0, {"palm": 0.6})
    found = {bar.what: bar.verdict for bar in bars(report(False, rows=rows, steps=[step]), {})}
    assert found["attention, causal, forward: speed beside SDPA-cuDNN"] == "**no**"
    assert found["8B, whole step: MFU (PaLM)"] == "yes"
    assert found["1B, whole step: MFU (PaLM)"] == "cannot be said"


def test_columns_that_nothing_fills_are_left_out():
    assert table(("a", "b", "c"), [("1", "", "3"), ("2", "", "")]) == "| a | c |\n| --- | --- |\n| 1 | 3 |\n| 2 |  |\n"


def named(step):
    return step["model"], step["documents"], step["tokens"], step["settings"]


def _is(line, at):
    return line.startswith(f"| {at[0]} | {at[1]} | triton | {at[2]:,} |")


def _packed(made):
    """With what a modelled report always has."""
    for passed in ("forward", "backward"):
        for part, case in (("attention", "8,192 causal"), ("documents", "8,192 packed, mean 1,000")):
            made.rows.append(Row(part, f"head_dim 128, {case}, {passed}", OURS, 1.0, flops=1e12))
    return made
