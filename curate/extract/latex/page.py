"""The text as it grows: paragraphs, lines, headings and blocks, and what is captured on the way.

White space is the source's layout and not the text's, so a paragraph becomes one line; code and displayed formulas keep
their lines. Headings, footnotes, captions and titles are captured first, since what becomes of them is known at their
end. While the page is muted (inside a figure) only blocks and what is captured come through.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

CELL = "\x06"  # between two cells of a row; a tab once white space is settled
_CELL = re.compile(f" ?{CELL} ?")


@dataclass
class Block:
    gap: bool  # an empty line stands before it
    text: str
    level: int = -1  # of a heading


@dataclass
class Page:
    blocks: list[Block] = field(default_factory=list)
    muted: int = 0
    _inline: list[str] = field(default_factory=list)
    _captured: list[list[str]] = field(default_factory=list)
    _gap: bool = False

    def text(self, text: str) -> None:
        if self._captured:
            self._captured[-1].append(text)
        elif not self.muted:
            self._inline.append(text)

    def ends_with(self, character: str) -> bool:
        parts = self._captured[-1] if self._captured else self._inline
        return bool(parts) and parts[-1].endswith(character)

    def line(self) -> None:
        """What follows is on a new line."""
        if self._captured:
            self._captured[-1].append(" ")
        else:
            self._flush()

    def paragraph(self) -> None:
        self.line()
        if not self._captured:
            self._gap = True

    def block(self, text: str, apart: bool = False) -> None:
        """Lines that stay as they are."""
        if self._captured:
            self._captured[-1].append(f" {text} ")
            return
        self._flush()
        self.blocks.append(Block(self._gap or apart, text))
        self._gap = apart

    def heading(self, text: str, level: int) -> None:
        self._flush()
        self.blocks.append(Block(True, text, level))
        self._gap = True

    def capture(self) -> None:
        self._captured.append([])

    def captured(self) -> str:
        """What came since `capture`, on one line."""
        return " ".join("".join(self._captured.pop()).split()) if self._captured else ""

    def restart(self) -> None:
        """Nothing so far was text."""
        self.blocks, self._inline, self._captured, self._gap, self.muted = [], [], [], False, 0

    def _flush(self) -> None:
        if self._inline:
            text = " ".join("".join(self._inline).split())
            self._inline = []
            if text:
                self.blocks.append(Block(self._gap, text))
                self._gap = False


def laid_out(blocks: list[Block]) -> str:
    parts: list[str] = []
    for block in blocks:
        parts += ["\n\n" if block.gap else "\n", block.text]
    return _CELL.sub("\t", "".join(parts[1:]))
