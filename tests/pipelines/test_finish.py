"""The receipt's line of slots, and where it stands: outside what equal runs share."""

import json
import re

from pipelines.finish import _idle, _slots


def spent(seconds: float, slots: int, idle: float, cpu: float) -> dict[str, float]:
    return {"seconds": seconds, "slots": slots, "idle_share_of_slots": idle, "cpu_seconds": cpu}


def test_the_idle_share_of_a_run_is_weighed_by_the_time_of_its_slots():
    phases = {"extract": spent(30, 2, 0.1, 50), "clean": spent(10, 4, 0.5, 20.5), "shards": spent(0, 2, 1.0, 0)}
    assert _idle(phases) == round((60 * 0.1 + 40 * 0.5) / 100, 3) == 0.26
    assert _slots(phases) == ["slots   4 at once, idle for 26.0% of their time; 70.5 CPU seconds in tasks"]


def test_the_receipt_has_no_line_of_slots_where_their_time_is_not_known():
    assert _slots({"extract": spent(30, 1, 1.0, 0), "clean": spent(10, 1, 1.0, 0)}) == []


def test_the_receipt_ends_with_it_and_facts_hold_it_but_no_product_does(finished):
    line = finished.result.receipt.splitlines()[-1]
    facts = json.loads((finished.folder / "facts.json").read_text())
    assert re.fullmatch(r"slots   2 at once, idle for [\d.]+% of their time; [\d.,]+ CPU seconds in tasks", line)
    assert f"{facts['idle_share_of_slots']:.1%}" in line
    assert "idle" not in (finished.folder / "report" / "audit.json").read_text()
