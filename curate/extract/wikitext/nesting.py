"""Second pass: templates, links and tables, which nest in each other to any depth, in one walk with a stack.

The walk goes from mark to mark (braces, brackets, bars, the lines that make tables), found by one regular expression,
so Python's share is per mark and not per character. A frame is what is open; when its closer comes, the frame becomes
text and goes to the frame below. A closer that has no opener, and an opener that has no closer, vanish alone: their
content stays. A link that is not a file's does not reach across a paragraph's end, so a lost bracket costs a line.

Time is linear: text moves to the frame below when its own closes, `DEPTH` times at most (MediaWiki itself stops at 100
levels of templates); openers beyond that are counted, so that their closers are theirs, and otherwise ignored.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from curate.extract.wikitext import tables
from curate.extract.wikitext.links import Links
from curate.extract.wikitext.tables import Table

DEPTH = 100
_TOKEN = re.compile(
    r"\{\{+|\}\}+|\[\[|\]\]|\|\||!!|\n[ \t:*]*\{\||\n[ \t]*\|\}(?!\})|\n[ \t]*\|[-+]?|\n[ \t]*!|\||\n(?=[ \t]*\n|=)"
)


@dataclass(slots=True)
class _Frame:
    kind: str  # "{{", "{{{", "[[", "{|", or "" at the bottom
    at: int = 0  # where its content begins
    buffer: list[str] = field(default_factory=list)
    arguments: list[str] = field(default_factory=list)
    table: Table | None = None
    file: bool | None = None  # of a link, whether it is a file's, once that was asked


class Nesting:
    """One walk over one page."""

    def __init__(self, markup: str, links: Links, template: Callable[[list[str], bool], str]) -> None:
        self._markup = "\n" + markup
        self._links, self._template = links, template
        self._stack = [_Frame("")]
        self._open: Counter[str] = Counter()  # frames of the stack by kind
        self._beyond: Counter[str] = Counter()  # openers that came when the stack was full

    def text(self) -> str:
        markup, end = self._markup, 0
        for found in _TOKEN.finditer(markup):
            if found.start() > end:
                self._stack[-1].buffer.append(markup[end : found.start()])
            end = found.end()
            self._token(found[0], found.start(), end)
        self._stack[-1].buffer.append(markup[end:])
        self._flush(1)
        return "".join(self._stack[0].buffer)

    def _token(self, token: str, start: int, end: int) -> None:
        first, bare = token[0], token.lstrip("\n\t :*")
        if first == "{":
            self._braces(len(token), end)
        elif first == "}":
            self._close_braces(len(token), end)
        elif token == "[[":
            self._push("[[", end)
        elif token == "]]":
            self._close_link(end)
        elif bare == "{|":
            self._stack[-1].buffer.append("\n")
            self._push("{|", end)
        elif bare == "|}" and self._top_of("{|"):
            self._close("{|", lambda frame: tables.render(frame.table, frame.buffer))
        elif self._stack[-1].kind == "{|":
            self._cell(token, bare)
        elif first == "\n" and not bare and self._stack[-1].kind == "[[" and not self._is_file(self._stack[-1]):
            self._flush(len(self._stack) - 1)
            self._stack[-1].buffer.append(token)
        elif first == "|" or (bare[:1] == "|" and self._stack[-1].kind):
            self._bars(token, bare)
        else:
            self._stack[-1].buffer.append(token)

    def _bars(self, token: str, bare: str) -> None:
        frame = self._stack[-1]
        if frame.kind in ("{{", "{{{", "[["):
            for _ in range(bare.count("|")):
                frame.arguments.append("".join(frame.buffer))
                frame.buffer = []
            if rest := bare.strip("|"):
                frame.buffer.append(rest)
        else:
            frame.buffer.append(token)

    def _cell(self, token: str, bare: str) -> None:
        frame = self._stack[-1]
        if frame.table is None:
            frame.table = Table()
        if not frame.table.cell(token, bare, frame.buffer):
            frame.buffer.append(token)
        else:
            frame.buffer = []

    def _is_file(self, link: _Frame) -> bool:
        """Whether the link is a file's; asked once, since a target may be long and empty lines many."""
        if link.file is None:
            link.file = self._links.is_file(link.arguments[0] if link.arguments else "".join(link.buffer))
        return link.file

    def _braces(self, count: int, end: int) -> None:
        while count >= 2:
            size = 3 if count == 3 else 2
            self._push("{" * size, end)
            count -= size

    def _close_braces(self, count: int, end: int) -> None:
        while count >= 2:
            kind = next((f.kind for f in reversed(self._stack) if f.kind[:1] == "{" and f.kind != "{|"), "")
            if self._beyond["{{"]:
                self._beyond["{{"] -= 1
                count -= 2
            elif not kind:
                return
            elif kind == "{{{" and count >= 3:
                self._close(kind, lambda frame: "".join(frame.buffer) if frame.arguments else "")
                count -= 3
            else:
                count -= 2
                ends_line = not count and self._markup[end : end + 1] in ("\n", "")

                def render(frame: _Frame, ends_line: bool = ends_line) -> str:
                    alone = ends_line and self._markup[frame.at - 3 : frame.at - 2] in ("\n", ":", "*", "")
                    return self._template([*frame.arguments, "".join(frame.buffer)], alone)

                self._close(kind, render)
        if count and self._stack[-1].kind not in ("{{", "{{{"):
            self._stack[-1].buffer.append("}")

    def _close_link(self, end: int) -> None:
        if self._beyond["[["]:
            self._beyond["[["] -= 1
        elif self._top_of("[["):
            alone = self._markup[end : end + 1] in ("\n", "")

            def render(frame: _Frame) -> str:
                starts_line = self._markup[frame.at - 3 : frame.at - 2] == "\n"
                return self._links.render([*frame.arguments, "".join(frame.buffer)], alone and starts_line)

            self._close("[[", render)

    def _top_of(self, kind: str) -> bool:
        """Whether a frame of the kind is open, and no template that it would cut in two lies above."""
        if not self._open[kind]:
            return False
        for frame in reversed(self._stack):
            if frame.kind == kind:
                return True
            if frame.kind in ("{{", "{{{") or (kind == "[[" and frame.kind == "{|"):
                return False
        return False

    def _push(self, kind: str, at: int) -> None:
        if len(self._stack) > DEPTH:
            self._beyond[kind[:2]] += 1
            return
        self._stack.append(_Frame(kind, at))
        self._open[kind] += 1

    def _close(self, kind: str, render: Callable[[_Frame], str]) -> None:
        at = max(n for n, frame in enumerate(self._stack) if frame.kind == kind)
        self._flush(at + 1)
        frame = self._stack.pop()
        self._open[kind] -= 1
        self._stack[-1].buffer.append(render(frame))

    def _flush(self, least: int) -> None:
        """Frames from `least` up were never closed: their content goes to the frame below, without their marks."""
        if len(self._stack) <= least:
            return
        content = self._stack[least - 1].buffer
        for frame in self._stack[least:]:
            self._open[frame.kind] -= 1
            if frame.table is not None:
                content.append(tables.render(frame.table, frame.buffer))
                continue
            for argument in frame.arguments:
                content += [argument, " "]
            content += frame.buffer
        del self._stack[least:]
