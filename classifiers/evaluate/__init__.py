"""How good a model is, on one page: measured on documents of keys that it was not trained on.

    evaluate("models/reasoning", labels, "reasoning.html") -> what the page shows, also in reasoning.json

evaluated   which documents, and everything that is measured of them
measures    of yes or no: order, cuts, calibration; several: of one class among many
baselines   what length, dollar signs and braces alone would achieve
tables      by language, group, host and key
mistakes    the most confident ones, as text
bias        whether naming people by who they are makes a sentence adult (or whatever the task asks)
page        the HTML

The same model and labels give the same bytes.
"""

from __future__ import annotations

import json
from typing import Any

from classifiers.labels import Labels
from classifiers.scorer import Scorer, load
from curate.storage import exists, read_bytes, write_bytes


def evaluate(
    model_folder: str,
    labels: Labels,
    out_html: str,
    *,
    everything: bool = False,
    bias: str | None = None,
    device: str = "auto",
) -> dict[str, Any]:
    """Write the page and, beside it, the same as JSON; what they hold."""
    _refuse_others(beside(out_html))
    return of_scorer(load(model_folder, device), labels, out_html, everything=everything, bias=bias)


def of_scorer(
    scorer: Scorer, labels: Labels, out_html: str, *, everything: bool = False, bias: str | None = None
) -> dict[str, Any]:
    """`evaluate` of a model that is loaded."""
    from classifiers.evaluate.evaluated import evaluated
    from classifiers.evaluate.page import render

    found = evaluated(scorer, labels, everything=everything, bias=bias)
    text = json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
    write_bytes(f"{text}\n".encode(), beside(out_html))
    write_bytes(render(found).encode(), out_html)
    return found


def _refuse_others(path: str) -> None:
    """card.html in a model's folder would cost it its card.json."""
    if not exists(path):
        return
    try:
        said = json.loads(read_bytes(path))
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict) or not {"model", "labels", "which", "mistakes"} <= set(said):
        raise ValueError(f"{path}: is no evaluation, and would be written over; give the page another name")


def beside(out_html: str) -> str:
    """reasoning.html -> reasoning.json"""
    return f"{out_html.removesuffix('.html')}.json"
