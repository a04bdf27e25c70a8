"""What `curate classifier evaluate` prints: the page's first figures, in a few lines."""

from __future__ import annotations

from typing import Any

from classifiers.estimates import spread, three
from classifiers.evaluate.page import percent
from curate.counted import counted

SHOWN = (0.1, 0.3, 0.5)  # yields


def lines(found: dict[str, Any]) -> list[str]:
    of = f"{counted(found['documents'], 'document')} of {counted(found['keys'], 'key')}"
    said = [f"{found['task']}, {found['model']['kind']}, on {of} ({found['which']})"]
    said += _of_several(found) if found["positive"] is None else _of_two(found)
    errors = [percent(found["calibration"][side]["error"]) for side in ("before", "after")]
    said.append(_row("calibration error", f"{errors[1]} (before calibration {errors[0]})"))
    wrong = percent(found["mistakes_in_all"] / found["documents"])
    said.append(_row("mistakes", f"{found['mistakes_in_all']:,} ({wrong}), the surest are on the page"))
    if "bias" in found:
        said.append(_row("identity terms", _of_bias(found["bias"])))
    return [*said, *(f"  note: {note}" for note in found["notes"])]


def _of_two(found: dict[str, Any]) -> list[str]:
    said = [_row("AUC", spread(found["auc"]))]
    said += [_row(f"  {row['name']}", spread(row)) for row in found["baselines"]]
    said.append(_row("  better than these?", found["verdict"]))
    said.append(
        _row("average precision", f"{three(found['average_precision'])} (at random {three(found['share_positive'])})")
    )
    for row in found["by_yield"]:
        if row["yield"] in SHOWN:
            kept = f"precision {percent(row['precision'])}, recall {percent(row['recall'])}"
            said.append(_row(f"best {row['yield']:.0%}", f"{kept} (score {row['least'] / 1000:.3f} on)"))
    return said


def _of_several(found: dict[str, Any]) -> list[str]:
    always = found["most_frequent"]
    return [
        _row("right", spread(found["accuracy"])),
        _row(f"  always {always['class']}", three(always["accuracy"])),
        _row("macro F1", spread(found["macro_f1"])),
        _row("  always the same", three(always["macro_f1"])),
    ]


def _of_bias(bias: dict[str, Any]) -> str:
    overall = (
        f"{percent(bias['false_positives'] / bias['harmless'])} of {bias['harmless']:,} harmless sentences flagged"
    )
    if bias["gap"] is None:
        return f"{overall}; too few sentences by term"
    widest, pinned = (f" ({bias[name]})" if bias[name] else "" for name in ("gap_of", "pinned_gap_of"))
    return f"{overall}; gap {percent(bias['gap'])}{widest}; pinned gap {three(bias['pinned_gap'])}{pinned}"


def _row(name: str, value: str) -> str:
    return f"  {name:<20} {value}"
