"""One page of an ablation, from its results alone: no script, no network, every value escaped.

It says first what was found and how sure that is, then what was compared, and last what can't be concluded.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from trainer.ablate import charts, scaling
from trainer.metrics.template import filled


def render(results: dict[str, Any]) -> str:
    values = {"r": results, "drawn": _drawn(results), "verdicts": verdicts(results), "mean": np.mean}
    filters = {"n": "{:,}".format, "bpb": "{:.4f}".format, "signed": "{:+.4f}".format, "part": "{:+.2%}".format}
    return filled("trainer.ablate", values, filters)


def verdicts(results: dict[str, Any]) -> list[str]:
    """A sentence for each comparison at each point, over all held-out text."""
    return [verdict(one) for one in results["comparisons"]]


def verdict(one: dict[str, Any]) -> str:
    said, arm, against = one["groups"]["all"], one["arm"], one["against"]
    more = "fewer" if said["value"] < 0 else "more"
    size = f"{abs(said['value']):.4f} bits per byte {more}"
    n = len(said["by_seed"])
    if said["seeds_low"] is None:
        return f"At {one['cell']} {arm} needs {size} than {against}, with one seed: no confidence can be given."
    doubt = (
        f"95 % over {n} seeds {said['seeds_low']:+.4f} to {said['seeds_high']:+.4f}, over {said['documents']:,} "
        f"documents {said['documents_low']:+.4f} to {said['documents_high']:+.4f}"
    )
    if said["sure"]:
        return f"At {one['cell']} {arm} needs {size} than {against} ({doubt})."
    return f"At {one['cell']} {arm} and {against} can't be told apart: {arm} needs {size} ({doubt})."


def _drawn(results: dict[str, Any]) -> dict[str, list[str]]:
    drawn = {"forest": [_forest(one["groups"]) for one in results["comparisons"]]}
    drawn["losses"] = [_losses(results, cell) for cell in dict.fromkeys(one["cell"] for one in results["points"])]
    drawn["laws"] = [_law(one) for one in results["laws"]]
    if found := results.get("search"):
        pairs = [(row["measured"], row["left_out"]) for row in found["tried"]]
        ends = [min(min(pair) for pair in pairs), max(max(pair) for pair in pairs)]
        names = ("measured", "predicted without it")
        drawn["search"] = [charts.scatter([("a mix", pairs, False)], *names, lines=[[(end, end) for end in ends]])]
        drawn["verified"] = [_forest(found["verified"]["groups"])]
    if found := results.get("anneal"):
        drawn["anneal"] = [_forest({name: group["difference"] for name, group in found["groups"].items()})]
    return drawn


def _forest(groups: dict[str, dict[str, Any]]) -> str:
    return charts.forest(
        [
            (
                name,
                one["value"],
                None if one["seeds_low"] is None else (one["seeds_low"], one["seeds_high"]),
                (one["documents_low"], one["documents_high"]),
            )
            for name, one in groups.items()
        ]
    )


def _losses(results: dict[str, Any], cell: str) -> str:
    lines = [
        (point["arm"], [[(tokens, loss) for tokens, loss in seed] for seed in point["losses"]])
        for point in results["points"]
        if point["cell"] == cell
    ]
    return charts.curves(lines, "tokens", f"training loss in nats a token, {cell}")


def _law(one: dict[str, Any]) -> str:
    """Against the axis that the check extends: parameters, or tokens where there is one size."""
    law = scaling.Law(one["floor"], tuple((n, s, e) for n, s, e in one["terms"]), 0, 0.0)
    everything = one["fitted"] + one["checked"]
    axis = "parameters" if len({point["parameters"] for point in everything}) > 1 else "tokens"
    other = "tokens" if axis == "parameters" else "parameters"
    ends = [min(point[axis] for point in everything), max(point[axis] for point in everything)]
    lines = []
    for fixed in sorted({point[other] for point in everything}):
        along = np.geomspace(ends[0], ends[1], 40)
        given = {axis: along, other: np.full(40, fixed)}
        lines.append(list(zip(along, law.predict(given["parameters"], given["tokens"]), strict=True)))
    sets = [
        ("fitted", [(point[axis], point["measured"]) for point in one["fitted"]], False),
        ("not seen by the fit", [(point[axis], point["measured"]) for point in one["checked"]], True),
    ]
    return charts.scatter(sets, axis, f"bits per byte, {one['arm']}", lines=lines, log_x=True)
