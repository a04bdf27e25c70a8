"""MathML markup to a small tree, whatever state it is in.

Not an XML parser: formulas come out of HTML, with unquoted attributes, HTML's entities, prefixes (`m:mi`), elements
left open, and no declaration is ever looked at, so nothing can be expanded or fetched. Three limits, all counted:
characters, elements, and depth, below which elements are taken for their contents. Possessive patterns keep it linear.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape, unescape

MAX_CHARS = 1 << 18
MAX_ELEMENTS = 10_000
MAX_DEPTH = 60
_MAX_ATTRIBUTES = 4_096  # characters of one tag's

_TOKEN = re.compile(
    r"""<(?P<close>/?)(?P<name>[a-zA-Z][^\s<>/]*+)(?P<attributes>(?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+)>"""
    r"""|(?P<text>[^<]++)|<[!?][^<>]*+>|<"""
)
_ATTRIBUTE = re.compile(r"""(?<![^\s/"'])([^\s=/"']++)\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_LEAVES = frozenset({"mi", "mn", "mo", "mtext", "ms", "ci", "cn", "csymbol", "annotation"})
_VOID = frozenset({"mspace", "mprescripts", "none", "mglyph", "maligngroup", "malignmark", "br", "img"})


@dataclass(slots=True)
class Element:
    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)  # of the element itself, and of what is in a leaf

    @property
    def text(self) -> str:
        return "".join(self.texts)


def parse(markup: str) -> Element:
    """The tree of one `<math>` element, in a root without a name."""
    root = Element("")
    open_elements = [root]
    count = 0
    for token in _TOKEN.finditer(_shown(markup[:MAX_CHARS])):
        if token["text"]:
            open_elements[-1].texts.append(unescape(token["text"]))
        elif token["name"]:
            name = token["name"].rpartition(":")[2].lower()
            if token["close"]:
                _close(open_elements, name)
                continue
            count += 1
            if count > MAX_ELEMENTS:
                break
            _open(open_elements, name, token["attributes"])
    return root


def _shown(markup: str) -> str:
    """Without comments, and with the contents of CDATA sections as text."""
    if "<!--" in markup:
        markup = "".join(_outside(markup, "<!--", "-->", lambda comment: ""))
    if "<![CDATA[" in markup:
        markup = "".join(_outside(markup, "<![CDATA[", "]]>", escape))
    return markup


def _outside(markup: str, opener: str, closer: str, shown: Callable[[str], str]) -> Iterator[str]:
    at = 0
    while (start := markup.find(opener, at)) >= 0:
        yield markup[at:start]
        end = markup.find(closer, start)
        if end < 0:
            return
        yield shown(markup[start + len(opener) : end])
        at = end + len(closer)
    yield markup[at:]


def _open(open_elements: list[Element], name: str, attributes: str) -> None:
    parent = open_elements[-1]
    if parent.name in _LEAVES or len(open_elements) > MAX_DEPTH:
        return  # markup inside of a token is its text
    element = Element(name, _attributes(attributes) if "=" in attributes else {})
    parent.children.append(element)
    if not attributes.endswith("/") and name not in _VOID:
        open_elements.append(element)


def _close(open_elements: list[Element], name: str) -> None:
    """Closes the innermost element of that name with all in it; a closer of none is nothing."""
    for at in range(len(open_elements) - 1, 0, -1):
        if open_elements[at].name == name:
            del open_elements[at:]
            return


def _attributes(written: str) -> dict[str, str]:
    found = _ATTRIBUTE.findall(written[:_MAX_ATTRIBUTES])
    return {name.lower(): unescape(double or single or bare) for name, double, single, bare in found}
