"""Tables: a row becomes a line, its cells joined by bars; tables that only lay out a page become their content.

Boxes of facts, bars of links and notices to editors are tables too; they go, told by the CSS classes that the wikis'
own style sheets give them. A row with a cell of several lines (lists, paragraphs) is layout, and its cells follow each
other as blocks.
"""

from __future__ import annotations

import re

ROW = "\x06"  # begins a line that later passes leave as it is
_BOXES = re.compile(
    r"""class\s*=\s*["']?[^"'\n]{0,300}(?:infobox|navbox|vertical-navbox|ambox|metadata|noprint|sidebar|taxobox|toccolours
    |messagebox|bandeau|mw-collapsible\s+navbox|navigation|geobox|sinottico|biota|multicol)""",
    re.I | re.X,
)
_CELLS = ("caption", "cell", "header")
# At the beginning of a cell whose bar a template would have brought.
_ATTRIBUTES = re.compile(
    r"""\A\s*(?:(?:colspan|rowspan|style|bgcolor|align|valign|width|height|class|scope|nowrap|data-sort-(?:value|type))
    [ ]?=[ ]?(?:"[^"\n]*"|'[^'\n]*'|[\w\#%.-]+)[ ]?)+""",
    re.I | re.X,
)
_BREAK = re.compile(r"<br\b[^<>]*>", re.I)
_SPACES = re.compile(r"\s+")
_BLOCKS = re.compile(r"\n\s*\n|\n[*#:;]|\x06|\x02b")


class Table:
    """Rows of cells, as the bars and lines come."""

    def __init__(self) -> None:
        self.attributes: str | None = None
        self.rows: list[list[str]] = [[]]
        self.state = "attributes"  # or "row" (what follows |-), "caption", "cell", "header"
        self.barred = False  # the cell has had its one bar, which ends its attributes

    def cell(self, token: str, bare: str, content: list[str]) -> bool:
        """Takes the text before `token` where the token ends it; False if the token is text itself."""
        if token == "!!" and self.state != "header":
            return False
        if token == "\n" or (bare == "!" and token[0] != "\n"):
            return False
        if token == "|":
            if self.barred or self.state not in _CELLS:
                return False
            self.barred = True
            return True
        self.end_of_cell("".join(content))
        self.barred = False
        if bare in ("|-", "|+") or self.state == "caption":
            self.rows.append([])
        if bare in ("|-", "|+"):
            self.state = "row" if bare == "|-" else "caption"
        elif token not in ("||", "!!"):
            self.state = "header" if bare == "!" else "cell"
        return True

    def end_of_cell(self, text: str) -> None:
        if self.state in _CELLS:
            self.rows[-1].append(text)
        elif self.attributes is None:
            self.attributes = text


def render(table: Table | None, rest: list[str]) -> str:
    """The table as lines; of one without a cell, what stands behind its first line."""
    text = "".join(rest)
    if table is None:
        return text.partition("\n")[2]
    if table.state in _CELLS:
        table.end_of_cell(text)
    else:
        text = text.partition("\n")[2]
        if text.strip():
            table.rows.append([text])
    if table.attributes and _BOXES.search(table.attributes):
        return "\n"
    lines = [line for row in table.rows if (line := _row(row))]
    return "\n\n" + "\n".join(lines) + "\n\n" if lines else "\n"


def _row(cells: list[str]) -> str:
    cells = [_ATTRIBUTES.sub("", cell, count=1).strip() for cell in cells]
    if not any(cells):
        return ""
    if any(_BLOCKS.search(cell) for cell in cells):
        return "\n\n".join(cell for cell in cells if cell)
    flat = [_SPACES.sub(" ", _BREAK.sub(" ", cell)).strip() for cell in cells]
    if len(flat) == 1:
        return flat[0]
    return ROW + "\t".join(cell for cell in flat if cell)
