"""Last pass: lines to blocks. Headings, items of lists, rows of tables, preformatted lines, paragraphs in one line.

A heading is a line of its own, an item of a list begins with a hyphen, a paragraph is one line however its markup
breaks; an empty line stands between blocks and none inside a list or a table. Sections that hold no prose go with all
below them, and so does a heading under which nothing is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from curate.extract.wikitext.inline import BREAK
from curate.extract.wikitext.sections import NO_PROSE
from curate.extract.wikitext.tables import ROW

_CODE = "\x02b"
_LETTER = re.compile(r"\w")
_ITEMS = ("-", "row", "pre")  # kinds whose neighbours of the same kind follow without an empty line

Block = tuple[str, int, str]  # kind ("=" heading, "-" item, "row", "pre", "" paragraph), level of a heading, text


def text_of(flat: str) -> str:
    """The text of a page whose marks inside lines are gone."""
    parts: list[str] = []
    last = ""
    for kind, _, text in _headings_with_text([*_in_prose(_blocks(flat))]):
        if parts:
            parts.append("\n" if kind == last and kind in _ITEMS else "\n\n")
        parts.append(text)
        last = kind
    return "".join(parts).replace(BREAK, "\n")


def _blocks(flat: str) -> Iterator[Block]:
    paragraph: list[str] = []
    for line in flat.split("\n"):
        block = _block(line)
        if block is not None and block[0] == "" and line[:1] not in (":", ""):
            paragraph.append(block[2])
            continue
        if paragraph:
            yield "", 0, _joined(paragraph)
            paragraph = []
        if block is not None:
            yield block
    if paragraph:
        yield "", 0, _joined(paragraph)


def _block(line: str) -> Block | None:
    """What a line is; None if nothing is on it."""
    stripped = line.strip(" \t" + BREAK)
    if not stripped:
        return None
    first = line[0]
    if first == "=" and stripped.endswith("=") and (title := stripped.strip("= \t")):
        before, behind = len(stripped) - len(stripped.lstrip("=")), len(stripped) - len(stripped.rstrip("="))
        return "=", min(before, behind, 6), title.replace(BREAK, " ")
    if first == ROW:
        return "row", 0, line[1:]
    if stripped.startswith(_CODE):
        return "code", 0, stripped
    if first in "*#;":
        item = line.lstrip("*#:; \t").rstrip()
        return ("-", 0, item if first == ";" else f"- {item}") if _LETTER.search(item) else None
    if first == ":":
        said = line.lstrip(":*#; \t").rstrip()
        return ("", 0, said) if said else None
    if first in " \t" and line.startswith((" ", "\t")) and _LETTER.search(line):
        return "pre", 0, line[1:].rstrip()
    if stripped.startswith("----") and not stripped.strip("-"):
        return None
    return "", 0, stripped + BREAK if line.rstrip().endswith(BREAK) else stripped


def _joined(lines: list[str]) -> str:
    return " ".join(lines).replace(BREAK + " ", BREAK).rstrip(BREAK)


def _in_prose(blocks: Iterator[Block]) -> Iterator[Block]:
    """Without the sections that hold no prose."""
    skipped = 0  # level of the heading that began one
    for block in blocks:
        if block[0] == "=" and (not skipped or block[1] <= skipped):
            skipped = block[1] if block[2].strip(" :'").lower() in NO_PROSE else 0
        if not skipped:
            yield block


def _headings_with_text(blocks: list[Block]) -> list[Block]:
    kept: list[Block] = []
    below = 0  # level of the heading that comes next with nothing before it; 0 at the end, 7 at a text
    for block in reversed(blocks):
        if block[0] != "=" or below > block[1]:
            kept.append(block)
            below = block[1] if block[0] == "=" else 7
    return kept[::-1]
