"""The page: one HTML file that needs nothing else, in the looks of a run's report.

Documents are hostile HTML, so the template engine escapes every value, texts have been through `clean_text`, and a
Content-Security-Policy allows nothing but the page's own style sheet, named by its hash.
"""

from __future__ import annotations

import base64
import hashlib
from importlib import resources
from typing import Any

from classifiers.estimates import spread, three, without
from classifiers.evaluate import charts
from curate.report.clean_text import visible

KINDS = {"fasttext": "fastText", "distilroberta": "DistilRoBERTa", "cascade": "cascade"}
MOST_CLASSES_DRAWN = 40


def render(found: dict[str, Any]) -> str:
    """HTML of what `evaluated` holds."""
    from jinja2 import DictLoader, Environment, StrictUndefined
    from markupsafe import Markup

    here = resources.files("classifiers.evaluate")
    style = (resources.files("curate.report") / "page.css").read_text("utf-8") + (here / "page.css").read_text("utf-8")
    environment = Environment(
        loader=DictLoader({name: (here / f"{name}.html.j2").read_text("utf-8") for name in ("page", "parts")}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda v: visible(v) if type(v) is str else v,
    )
    environment.filters |= {
        "n": lambda v: f"{v:,}",
        "pct": percent,
        "signed": signed,
        "whole": lambda v: f"{v:.0%}",
        "plain": lambda v: f"{v:g}",
        "three": three,
        "spread": spread,
        "between": between,
    }
    environment.globals |= {
        "whisker": lambda estimate, least=0.0: Markup(charts.whisker_svg(estimate, least)),
        "kinds": KINDS,
    }
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    drawn = {name: Markup(svg) for name, svg in _drawn(found).items()}
    return environment.get_template("page").render(found=found, style=Markup(style), digest=digest, drawn=drawn)


def percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"


def signed(value: float | None) -> str:
    """+12.5%, of a difference."""
    return "–" if value is None else f"{value:+.1%}"


def between(estimate: dict[str, Any], as_share: bool = False) -> str:
    """The interval alone, for under a number."""
    if why := without(estimate):
        return why
    low, high = (percent(estimate[end]) if as_share else three(estimate[end]) for end in ("low", "high"))
    return f"95 % interval {low} to {high}"


def _drawn(found: dict[str, Any]) -> dict[str, str]:
    bins = found["calibration"]
    drawn = {"reliability": charts.reliability_svg(bins["before"]["bins"], bins["after"]["bins"])}
    if found["positive"] is None:
        if len(found["classes"]) <= MOST_CLASSES_DRAWN:
            drawn["confusion"] = charts.confusion_svg(found["confusion"], list(found["classes"]))
        return drawn
    drawn["yields"] = charts.yields_svg(found["curve"], found["share_positive"], found["positive"])
    drawn["scores"] = charts.scores_svg(found["scores"]["positive"], found["scores"]["negative"], found["positive"])
    return drawn
