"""index.html: one page that needs nothing else, neither network nor script.

A corpus holds hostile HTML, so the template engine escapes every value, texts have been through `clean_text`, and a
Content-Security-Policy allows nothing but the page's own style sheet, named by its hash.
"""

from __future__ import annotations

import base64
import hashlib
from importlib import resources
from typing import Any

from curate.report import charts
from curate.report.clean_text import visible

MOST_LANGUAGES = 20


def render(audited: dict[str, Any]) -> str:
    from jinja2 import DictLoader, Environment, StrictUndefined
    from markupsafe import Markup

    folder = resources.files("curate.report")
    style = (folder / "page.css").read_text("utf-8")
    environment = Environment(
        loader=DictLoader({"page": (folder / "page.html.j2").read_text("utf-8")}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda v: visible(v) if type(v) is str else v,
    )
    environment.filters |= {"n": lambda v: f"{v:,}", "short": charts.number, "pct": lambda v: f"{v:.1%}"}
    environment.globals |= {"share": lambda s: Markup(charts.share_svg(s))}
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return environment.get_template("page").render(
        audit=audited,
        style=Markup(style),
        digest=digest,
        first=_first(audited),
        read=max([1, *(row["documents_in"] for row in audited["funnel"])]),
        histograms=[
            (
                signal,
                Markup(charts.histogram_svg(bins, audited["thresholds"].get(signal, []))),
                audited["thresholds"].get(signal, []),
            )
            for signal, bins in audited["histograms"].items()
            if bins
        ],
        scores=[
            (of, Markup(charts.scores_svg(of["histogram"], sorted({*of["cuts"].values()}))) if of["histogram"] else "")
            for of in audited.get("classifiers") or []
        ],
        tables=[
            ("Categories", audited["categories"], 0),
            ("Languages", audited["languages"][:MOST_LANGUAGES], len(audited["languages"])),
            ("Groups", audited["groups"], 0),
            ("Hosts", audited["hosts"], audited["hosts_in_all"]),
        ],
    )


def _first(audited: dict[str, Any]) -> dict[str, int]:
    """The four numbers that head the page."""
    return {
        "documents read": max([0, *(row["documents_in"] for row in audited["funnel"])]),
        "documents kept": sum(row["documents"] for row in audited["categories"]),
        "tokens of text": sum(row["tokens"] for row in audited["categories"]),
        "tokens in the mix": sum(row["tokens"] for row in audited["packed"]),
    }
