r"""TeX's stomach: tokens to a page, in one loop."""

from __future__ import annotations

import re
from collections.abc import Callable

from curate.extract.latex import acronyms, names
from curate.extract.latex.characters import ACCENTS, CHARACTERS, accented, prose
from curate.extract.latex.commands import FIXED, HANDLERS
from curate.extract.latex.environments import begin, end
from curate.extract.latex.formulas import formula
from curate.extract.latex.page import CELL
from curate.extract.latex.reader import PARAGRAPH
from curate.extract.latex.state import State

_LENGTH = (
    r"(?:-?\s*\\[A-Za-z]+|[-+]?\s*[\d.,]+\s*(?:true\s*)?(?:pt|cm|mm|in|em|ex|pc|bp|dd|cc|sp|mu|fil+|\\[A-Za-z]+)?)"
)
_SIDES = rf"(?:\s*(?:plus|minus|height|width|depth)\s*{_LENGTH})"
_DIMENSION = re.compile(rf"\s*(?:=|to|spread|by)?\s*{_LENGTH}{_SIDES}*\s?|{_SIDES}+\s?")
_ASSIGNED = re.compile(rf"\s*=\s*{_LENGTH}\s?")
_NUMBER = r"(?:=?\s*(?:[\"'`]?[0-9A-Fa-f.]+|by\s*-?[\d.]+\w*|[a-z]+\d+))?(?:\s*(?:scaled|at)\s*[\w\\.]+)?"
_NAMED = re.compile(rf"\s*\\[A-Za-z@]+\s*{_NUMBER}")
_OPTIONS = re.compile(r"\[[^\[\]\n]{0,400}\](?=\s?[\[{])|\[[!htbpHc*]{1,6}\]|\[[^\[\]\n]{0,200}=[^\[\]\n]{0,200}\]")
_STRUCTURE: dict[str, Callable[[State, str], None]] = {**acronyms.HANDLERS, **HANDLERS, "begin": begin, "end": end}
_DEFINITIONS = frozenset(("newenvironment", "renewenvironment", "provideenvironment"))


def typeset(source: str) -> State:
    """The page, and the title, of TeX without comments."""
    state = State(source, FIXED)
    while not state.ended and (token := state.expansion.next()) is not None:
        if token[0:1] == "\\":
            _command(state, token[1:])
        elif token in _SPECIAL:
            _SPECIAL[token](state)
        else:
            state.page.text(token if state.typewriter else prose(token))
    state.settle()
    state.page.line()
    return state


def _command(state: State, name: str) -> None:
    reader = state.reader
    word = name[:1].isalpha()
    if handler := _STRUCTURE.get(name):
        handler(state, name)
    elif name in CHARACTERS:
        if word:
            reader.skip_space_behind_word()
        state.page.text(CHARACTERS[name])
    elif name in ACCENTS:
        _accent(state, name)
    elif name in names.ARGUMENTS:
        state.arguments(names.ARGUMENTS[name])
    elif name in names.DIMENSIONED:
        reader.take(_DIMENSION)
        state.page.text(" " if name == "hskip" else "")
    elif name in names.NAMES_NEXT:
        reader.take(_NAMED)
    elif name in _DEFINITIONS:
        state.expansion.define_environment()
    elif word:
        reader.take(_ASSIGNED)
        reader.take(_OPTIONS)
        reader.skip_space_behind_word()


def _accent(state: State, name: str) -> None:
    argument = state.reader.argument()
    letters = accented(name, argument)
    if letters is None:
        state.reader.push(argument)
    else:
        state.page.text(letters)


def _dollar(state: State) -> None:
    state.formula_inline(formula(state.expansion, "$"))


def _dollars(state: State) -> None:
    if tex := formula(state.expansion, "$$"):
        state.page.block(f"$${tex}$$")


def _paragraph(state: State) -> None:
    if state.rows:
        state.page.text(" ")
    else:
        state.page.paragraph()


_SPECIAL: dict[str, Callable[[State], None]] = {
    "{": State.open,
    "}": State.close,
    "$": _dollar,
    "$$": _dollars,
    "&": lambda state: state.page.text(CELL if state.rows else " "),
    "~": lambda state: state.page.text(" "),
    "#": lambda state: state.page.text("#"),
    PARAGRAPH: _paragraph,
}
