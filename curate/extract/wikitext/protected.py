"""First pass: what wikitext's own rules do not reach is taken out, dropped or kept to the letter.

Comments go; footnotes, galleries, timelines and scores go with all they hold; formulas, code and `nowiki` leave a
mark in the markup and come back when everything else is done, so that no later rule sees their braces and bars.
MediaWiki does the same with its strip markers. A tag that nothing closes is dropped alone; that nothing closes it is
remembered, so that a hundred thousand openers cost one search.
"""

from __future__ import annotations

import html
import re

MARK = re.compile("\x02[bi]([0-9]+)\x03")
MARKS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")  # no text has them; ours are among them
_DROPPED = """
    ref references gallery timeline score imagemap graph chart mapframe maplink templatedata templatestyles includeonly
    inputbox indicator categorytree hiero phonos rss section languages translate-menu style script
"""
_KEPT = "nowiki pre code syntaxhighlight source math chem ce poem"
_TAGS = (*_DROPPED.split(), *_KEPT.split())
_OPENER = re.compile(rf"<!--|<({'|'.join(_TAGS)})\b([^<>]*)>", re.I)
_CLOSERS = {name: re.compile(rf"</{name}\s*>", re.I) for name in _TAGS}
_NOWIKI = re.compile(r"</?nowiki\s*/?>", re.I)
_LINK = re.compile(r"\[\[(?:[^\[\]|\n]*\|)?([^\[\]|\n]*)\]\]")
_ALONE = re.compile(r"(?:^|\n)[ \t:]*$")
_LINE_ENDS = re.compile(r"[ \t.,;]{0,8}(?:\n|\Z)")
_TAIL = 64  # characters before a formula that tell whether it has a line to itself
_BLOCK = re.compile(r"""display\s*=\s*["']?block""", re.I)


class Protected:
    """Markup with marks in place of what must not be touched, and what the marks stand for."""

    def __init__(self, markup: str) -> None:
        self._kept: list[str] = []
        self._unclosed: dict[str, int] = {}  # tag -> where the search for its closer found none
        self.markup = self._without(MARKS.sub("", markup) if MARKS.search(markup) else markup)

    def restore(self, text: str) -> str:
        return MARK.sub(lambda mark: self._kept[int(mark[1])], text) if self._kept else text

    def _without(self, markup: str, poems: bool = True) -> str:
        parts = []
        at = 0
        while found := _OPENER.search(markup, at):
            parts.append(markup[at : found.start()])
            if found[1] is None:
                end = markup.find("-->", found.end())
                at = end + 3 if end >= 0 else len(markup)
                continue
            at = found.end()
            name = found[1].lower()
            closer = None if found[2].endswith("/") else self._closer(name, markup, at)
            if closer is None:
                continue
            content, at = markup[at : closer.start()], closer.end()
            if name == "poem":
                # A poem holds wikitext; its own closers are counted anew, since positions are those of another string.
                lines = content.strip("\n").replace("\n", "<br>\n")
                parts.append("\n" + Protected._inside(self, lines) + "\n" if poems else lines)
            elif name in _KEPT.split():
                parts.append(self._mark(name, found[2], content, markup, found.start(), at))
        parts.append(markup[at:])
        return "".join(parts)

    def _inside(self, poem: str) -> str:
        outer, self._unclosed = self._unclosed, {}
        text = self._without(poem, poems=False)
        self._unclosed = outer
        return text

    def _closer(self, name: str, markup: str, at: int) -> re.Match[str] | None:
        if name in self._unclosed:
            return None
        found = _CLOSERS[name].search(markup, at)
        if found is None:
            self._unclosed[name] = at
        return found

    def _mark(self, name: str, attributes: str, content: str, markup: str, start: int, end: int) -> str:
        if name in ("math", "chem", "ce"):
            alone = _ALONE.search(markup, max(0, start - _TAIL), start) and _LINE_ENDS.match(markup, end)
            return self._keep("i", _tex(name, attributes, content, bool(alone)))
        if name == "nowiki":
            return self._keep("i", html.unescape(content))
        if name in ("syntaxhighlight", "source"):
            inline = "inline" in attributes.lower()
            return self._keep("i", content.strip()) if inline else self._code(content)
        if name == "code" and "[[" in content and "<nowiki" not in content:
            content = _LINK.sub(r"\1", content)  # `code` is HTML, whose content is wikitext still
        content = html.unescape(_NOWIKI.sub("", content))
        return self._code(content) if name == "pre" or "\n" in content.strip("\n") else self._keep("i", content)

    def _code(self, content: str) -> str:
        lines = content.rstrip().split("\n")
        first = 1 if not lines[0].strip() else 0
        return "\n" + self._keep("b", "\n".join(lines[first:])) + "\n"

    def _keep(self, kind: str, text: str) -> str:
        self._kept.append(text)
        return f"\x02{kind}{len(self._kept) - 1}\x03"


def _tex(name: str, attributes: str, content: str, alone: bool) -> str:
    tex = html.unescape(content).strip()
    if not tex:
        return ""
    if name != "math":
        tex = f"\\ce{{{tex}}}"
    if alone or _BLOCK.search(attributes):
        return f"$${tex}$$"
    return "$" + tex.replace("\n", " ") + "$"
