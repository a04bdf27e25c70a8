"""A document of a book (XHTML) to an HTML fragment that holds the author's text alone.

One pass of expat, tags written again as they come: no tree, no recursion, no depth that matters. Left out are what
`epub:type`, ARIA roles or Project Gutenberg's classes mark as the book's apparatus, navigation, page numbers, readings
beside ruby (the base stays), and the marks of notes. Notes themselves stay where the book has them, below a paragraph
or at its end, since that is where a reader finds them. A link counts as a mark if it says that it is one and looks so,
or if it is a number in brackets or raised; `<sup>` without a link may be an exponent. Of `epub:switch` the MathML is
taken. A document that is no XML goes on as it is, since no such marks can be trusted in it. 10 MB a CPU second.
"""

from __future__ import annotations

import re
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from curate.extract.xhtml import VOID, as_html, as_xml

# https://www.w3.org/TR/epub-ssv-11/ and https://www.w3.org/TR/dpub-aria-1.1/; what an author wrote (dedication,
# epigraph, preface, acknowledgments, notes, bibliography, glossary) stays, the first two even on a title page.
_OFF = """
    cover titlepage halftitlepage copyright-page imprint imprimatur colophon other-credits contributors credits credit
    toc toc-brief landmarks page-list pagelist loi lot loa lov lof index index-headnotes index-legend index-group
    pagebreak backlink publisher-logo
"""
_OFF_BY_CLASS = """
    pg-boilerplate pagenum pageno page-number x-ebookmaker-pageno lnum linenum lineno line-number linenumber
"""
_APPARATUS = frozenset(_OFF.split())
_CLASSES = frozenset(_OFF_BY_CLASS.split())
_ELEMENTS = ("head", "script", "style", "svg", "nav", "rt", "rp", "rtc", "audio", "video", "iframe", "template")
_FRAMES = ("html", "body", "switch", "case", "default")
_BY_THE_AUTHOR = frozenset(("dedication", "epigraph"))
_MARKS = frozenset(("noteref", "annoref"))
_MARK = re.compile(r"[\[({]?(?:\d{1,4}|[a-z]|[ivxlc]{1,6}|[*†‡§¶‖#]{1,4})[\])}.]?", re.I)
_PLAIN_MARK = re.compile(r"[\[({](?:\d{1,4}|[a-z])[\])}]|[*†‡]{1,3}", re.I)
_BACK = re.compile("[↩↵⏎↑⤴⬆⮌\ufe0e\ufe0f]+")


def fragment(page: str) -> str:
    """The body of `page` without the book's apparatus, as HTML."""
    try:
        return _parsed(as_xml(page))
    except expat.ExpatError:
        return as_html(page)


def types(attributes: dict[str, str]) -> set[str]:
    """What `epub:type` and `role` call an element, without prefixes."""
    if "epub:type" not in attributes and "role" not in attributes:
        return set()
    stated = attributes.get("epub:type", "").lower().split()
    roles = attributes.get("role", "").lower().split()
    return {name.rpartition(":")[2] for name in stated} | {role[4:] for role in roles if role.startswith("doc-")}


def _parsed(page: str) -> str:
    writer = _Writer()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = writer.start
    parser.EndElementHandler = writer.end
    parser.CharacterDataHandler = writer.text
    parser.Parse(page.encode("utf-8", "replace"), True)
    return "".join(writer.out)


class _Writer:
    """Handlers of the parser; `out` is what was written."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self._depth = 0
        self._turns: list[tuple[int, bool]] = []  # depth of an element that is left out, or that is taken again in one
        self._switches: list[bool] = []  # of each open epub:switch, whether a case was taken
        self._links: list[tuple[int, int, bool, bool]] = []  # depth, place in `out`, is local, says it is a mark
        self._raised: list[int] = []  # depths of open <sup>

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        name = name.rpartition(":")[2].lower()
        if self._is_off():
            if _BY_THE_AUTHOR.isdisjoint(types(attributes)):
                return
            self._turns.append((self._depth, False))
        elif self._goes(name, attributes):
            self._turns.append((self._depth, True))
            return
        if name == "switch":
            self._switches.append(False)
        elif name == "sup":
            self._raised.append(self._depth)
        elif name == "a" and "href" in attributes:
            self._links.append((self._depth, len(self.out), *_kind(attributes)))
        if name not in _FRAMES:
            stated = "".join(f" {key.rpartition(':')[2]}={quoteattr(value)}" for key, value in attributes.items())
            self.out.append(f"<{name}{stated}>")

    def end(self, name: str) -> None:
        depth, self._depth = self._depth, self._depth - 1
        was_off = self._is_off()
        if self._turns and self._turns[-1][0] == depth:
            self._turns.pop()
        if was_off:
            return
        name = name.rpartition(":")[2].lower()
        if name == "switch":
            self._switches.pop()
        if name not in VOID and name not in _FRAMES:
            self.out.append(f"</{name}>")
        if self._links and self._links[-1][0] == depth:
            self._close_link()
        if self._raised and self._raised[-1] == depth:
            self._raised.pop()

    def text(self, text: str) -> None:
        if not self._is_off():
            self.out.append(escape(text))

    def _is_off(self) -> bool:
        return bool(self._turns) and self._turns[-1][1]

    def _goes(self, name: str, attributes: dict[str, str]) -> bool:
        if name in _ELEMENTS or types(attributes) & _APPARATUS:
            return True
        if "class" in attributes and not _CLASSES.isdisjoint(attributes["class"].split()):
            return True
        if name == "case" and self._switches:
            taken = self._switches[-1]
            self._switches[-1] |= "MathML" in attributes.get("required-namespace", "")
            return taken or not self._switches[-1]
        return name == "default" and bool(self._switches) and self._switches[-1]

    def _close_link(self) -> None:
        """A link that turns out to be the mark of a note is taken back."""
        _, at, local, says_so = self._links.pop()
        if len(self.out) - at > 12:  # more than a mark's tags and text
            return
        inside = "".join(self.out[at:])
        text = re.sub(r"<[^<>]*>", "", inside).strip()
        loosely = says_so or (local and (bool(self._raised) or "<sup" in inside))
        if _BACK.fullmatch(text) or (loosely and _MARK.fullmatch(text)) or (local and _PLAIN_MARK.fullmatch(text)):
            del self.out[at:]


def _kind(attributes: dict[str, str]) -> tuple[bool, bool]:
    return "#" in attributes["href"] and "//" not in attributes["href"], not _MARKS.isdisjoint(types(attributes))
