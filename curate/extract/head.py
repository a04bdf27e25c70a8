"""What a page says of itself in its head: its title, and what its owner reserves (`curate.reservations`).

Patterns on the first 64 K characters, not a parse: this runs on every page, also on those that no parser gets through.
"""

from __future__ import annotations

import html
import re

from curate.reservations import of_tags

_HEAD = 1 << 16
_TITLE = re.compile(r"<title\b[^>]{0,200}>([^<]{0,1000})", re.I)
_META = re.compile(r"<meta\b[^>]{1,500}>", re.I)
_NAME = re.compile(r"""\bname\s*=\s*["']?\s*([\w-]+)""", re.I)
_CONTENT = re.compile(r"""\bcontent\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.I)


def title(page: str) -> str | None:
    found = _TITLE.search(page[:_HEAD])
    return _one_line(found.group(1)) if found else None


def rights(page: str) -> set[str]:
    tags = ((_NAME.search(tag), _CONTENT.search(tag)) for tag in _META.findall(page[:_HEAD]))
    return of_tags(
        (name.group(1), next(filter(None, content.groups()), "")) for name, content in tags if name and content
    )


def _one_line(text: str) -> str | None:
    plain = " ".join(html.unescape(text).replace("\0", "").split())
    return plain.encode("utf-8", "replace").decode() or None
