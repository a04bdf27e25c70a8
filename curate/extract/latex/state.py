r"""What is open while a paper is typeset: groups with what happens at their end, environments, rows, theorem names.

Nothing recurses: a brace group that means something (a heading's, a footnote's) has an action that is done where it
closes. A new section closes what was left open, so that a brace too few costs a section at most.
"""

from __future__ import annotations

from collections.abc import Callable

from curate.extract.latex.expansion import Expansion
from curate.extract.latex.names import THEOREMS
from curate.extract.latex.page import Page
from curate.extract.latex.reader import Reader


class State:
    def __init__(self, source: str, fixed: frozenset[str]) -> None:
        self.page, self.title = Page(), ""
        self.reader = Reader(source)
        self.expansion = Expansion(self.reader, fixed)
        self.theorems = dict(THEOREMS)
        self.acronyms: dict[str, str] = {}
        self.environments: list[str] = []
        self.counters: list[int] = []  # of enumerations
        self.rows = 0  # environments of rows that are open
        self.typewriter = 0  # groups in which quotes and dashes are no ligatures
        self.ended = False
        self._groups: list[Callable[[], None] | None] = []

    def open(self, action: Callable[[], None] | None = None) -> None:
        self._groups.append(action)

    def close(self) -> None:
        if self._groups and (action := self._groups.pop()):
            action()

    def settle(self) -> None:
        """Close every group that is open."""
        while self._groups:
            self.close()

    def restart(self) -> None:
        """The document begins here: what came before was no text, though it may have defined some."""
        self._groups, self.typewriter = [], 0
        self.new_section()
        self.page.restart()

    def new_section(self) -> None:
        self.settle()
        self.page.muted = self.rows = 0
        self.environments, self.counters = [], []

    def captured(self, then: Callable[[str], None]) -> bool:
        """Hand the text of the next braces to `then` when they close; False where there are none."""
        self.reader.skip_space()
        if self.reader.peek() != "{":
            return False
        self.reader.next()
        self.page.capture()
        self.open(lambda: then(self.page.captured()))
        return True

    def arguments(self, kinds: str) -> None:
        """Take arguments as `names.ARGUMENTS` says; one that stays, and is the last, is read on from here."""
        kept: list[str] = []
        for at, kind in enumerate(kinds):
            if kind == "*":
                self.reader.star()
            elif kind == "o":
                self.reader.bracket()
            elif kind in "-l":
                self._drop(kind)
            elif at + 1 < len(kinds):
                kept.append(self.reader.argument())
        if kept:
            self.reader.push("{" + " ".join(kept) + "}" + (" " if kinds.endswith("+") else ""))

    def _drop(self, kind: str) -> None:
        self.reader.skip_space()
        if self.reader.peek() == "{" or (kind == "l" and self.reader.peek() == "\\"):
            self.reader.argument()

    def formula_inline(self, tex: str) -> None:
        tex = " ".join(tex.split())
        if tex:
            self.page.text(f" ${tex}$" if self.page.ends_with("$") else f"${tex}$")
