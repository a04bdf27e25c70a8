"""The licence that a file states of itself: `SPDX-License-Identifier:` within its first lines (spdx.dev/ids)."""

from __future__ import annotations

import re

from curate.licenses.expressions import parse

_LOOKED_AT = 4096
_TAG = re.compile(r"SPDX-License-Identifier:[ \t]*([^\r\n]{1,300})")
_CLOSES = re.compile(r"(?:\*/|-->|\*\)|#\}|%>|\"\"\"|'''|-\}|\]\])\s*$")


def of_header(text: str) -> str | None:
    """The expression, in one spelling; None where there is none or it is no expression."""
    found = _TAG.search(text[:_LOOKED_AT])
    if found is None:
        return None
    stated = _CLOSES.sub("", found[1].strip()).strip(" \t\"'*;#")
    return parse(stated)
