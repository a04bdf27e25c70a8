"""docs/gpu.md and its plots are what their JSON says."""

import json
import re
from dataclasses import asdict
from xml.etree import ElementTree

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


def test_what_was_measured_stands_before_what_was_modelled(tmp_path):
    modelled = json.loads((gpu_page.HERE / "gpu_modelled.json").read_text("utf-8"))
    (tmp_path / "gpu_modelled.json").write_text(json.dumps(modelled))
    assert gpu_page.made(tmp_path)[0]["from"].startswith("**Nothing on this page was measured")
    row = Row("swiglu", "8B", OURS, 0.2, bytes=1e9, share=0.9)
    (tmp_path / "gpu.json").write_text(json.dumps(asdict(report(False, rows=[row]))))
    blocks, _ = gpu_page.made(tmp_path)
    assert blocks["from"].startswith("**Measured** on 2026-11-22 on one NVIDIA H200, driver 580")
    assert "modelled" not in blocks["bars"] + blocks["kernels"] and "| 8B | ours | 0.2000 |" in blocks["kernels"]


def test_a_modelled_figure_passes_by_its_slow_bound_and_misses_by_its_fast_one():
    rows = [Row("attention", CAUSAL, OURS, 1.0), Row("attention", CAUSAL, "SDPA cuDNN", 0.8, ratio=0.8)]
    for bounds, said in (((0.9, 1.2), "would pass"), ((0.9, 1.3), "cannot be said"), ((1.3, 1.4), "would miss")):
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


def _packed(made):
    """With what a modelled report always has."""
    for passed in ("forward", "backward"):
        for part, case in (("attention", "8,192 causal"), ("documents", "8,192 packed, mean 1,000")):
            made.rows.append(Row(part, f"head_dim 128, {case}, {passed}", OURS, 1.0, flops=1e12))
    return made
