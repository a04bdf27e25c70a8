"""From a template to a page that needs nothing else, neither network nor script.

The template engine escapes every value, `visible` spells out what could not be seen, and a Content-Security-Policy
allows nothing but the page's own style sheet, named by its hash.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from importlib import resources
from typing import Any

from trainer.metrics.axes import short
from trainer.metrics.visible import visible

HERE = "trainer.metrics"


def filled(package: str, values: Mapping[str, Any], filters: Mapping[str, Callable[..., str]]) -> str:
    """`page.html.j2` of `package`, in the style of every page and then the package's own. What is SVG already and not
    to be escaped goes through `svg`."""
    from jinja2 import DictLoader, Environment, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=DictLoader({"page": (resources.files(package) / "page.html.j2").read_text("utf-8")}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: visible(value) if type(value) is str else value,
    )
    environment.filters |= {"short": short, "pct": lambda value: f"{value:.1%}", **filters}
    sheets = dict.fromkeys([HERE, package])
    style = "".join((resources.files(sheet) / "page.css").read_text("utf-8") for sheet in sheets)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return environment.get_template("page").render(values, style=Markup(style), digest=digest, svg=Markup)
