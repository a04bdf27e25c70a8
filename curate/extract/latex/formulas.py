r"""A formula from its opening to its end: the author's TeX, macros expanded, labels off, nothing else touched.

An inline formula ends at an empty line whatever happens, as TeX has it, and every formula ends where a section or the
document does: a dollar too many costs a paragraph, not the paper. Pictures drawn inside a formula go.
"""

from __future__ import annotations

import re

from curate.extract.latex.expansion import Expansion
from curate.extract.latex.names import DRAWINGS, SECTIONS
from curate.extract.latex.reader import PARAGRAPH

_ENDS_IN_WORD = re.compile(r"\\[A-Za-z]+\Z")
_BLANK = re.compile(r"[ \t]*\n\s*")
_INLINE = frozenset(("$", "\\)"))
_STOPS = frozenset((*SECTIONS, "bibliography", "bye", "maketitle"))
_PICTURES = frozenset(("tikzpicture", "pspicture", "picture", "pgfpicture", "asy")) & DRAWINGS


def formula(expansion: Expansion, closer: str) -> str:
    r"""The TeX up to `closer`: `$`, `$$`, `\)`, `\]`, or the name of an environment."""
    expansion.in_formula = True
    parts: list[str] = []
    _Formula(expansion, closer, parts).read()
    expansion.in_formula = False
    return _BLANK.sub("\n", "".join(parts).strip())


class _Formula:
    def __init__(self, expansion: Expansion, closer: str, parts: list[str]) -> None:
        self._expansion, self._closer, self._parts = expansion, closer, parts
        self._depth = 0
        self._inside: list[str] = []  # environments

    def read(self) -> None:
        while (token := self._expansion.next()) is not None:
            if token[0] == "\\":
                if self._command(token):
                    return
            elif token in ("$", "$$"):
                if self._dollars(token):
                    return
            elif token == PARAGRAPH:
                if self._closer in _INLINE:
                    self._expansion.reader.push(PARAGRAPH)
                    return
                self._parts.append("\n")
            elif token == "}" and self._depth == 0:
                continue  # closes what is not open here
            else:
                self._depth += (token == "{") - (token == "}")
                self._write(token)

    def _write(self, token: str) -> None:
        if token[0].isalpha() and self._parts and _ENDS_IN_WORD.search(self._parts[-1]):
            self._parts.append(" ")
        self._parts.append(token)

    def _dollars(self, token: str) -> bool:
        """Whether the formula ends here."""
        if self._depth or self._closer[0] != "$":
            self._parts.append(token)
            return False
        if token != self._closer:
            if self._closer == "$":  # the next formula begins at once
                self._expansion.reader.push("$")
                return True
            return False
        return True

    def _command(self, token: str) -> bool:
        """Whether the formula ends here."""
        name, reader = token[1:], self._expansion.reader
        if token == self._closer and not self._depth:
            return True
        if name == "begin":
            self._begin(reader.argument())
        elif name == "end":
            return self._end(reader.argument())
        elif name in _STOPS and not self._depth:
            reader.push(token)
            return True
        elif name in ("label", "includegraphics", "vspace", "includestandalone"):
            reader.star()
            reader.bracket()
            reader.argument()
        elif name not in ("ensuremath", "protect", "relax"):
            self._parts.append(token)
        return False

    def _begin(self, name: str) -> None:
        if self._expansion.begin(name):
            return
        if name in _PICTURES:
            self._expansion.reader.until(f"\\end{{{name}}}")
            return
        self._inside.append(name)
        self._parts.append(f"\\begin{{{name}}}")

    def _end(self, name: str) -> bool:
        if self._inside and self._inside[-1] == name:
            self._inside.pop()
            self._parts.append(f"\\end{{{name}}}")
            return False
        if name == self._closer:
            return True
        if self._expansion.end(name):
            return False
        if name in self._inside:
            self._inside.pop()
            return False
        self._expansion.reader.push(f"\\end{{{name}}}")  # of something around the formula
        return True
