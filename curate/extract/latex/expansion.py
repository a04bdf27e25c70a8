r"""TeX's gullet: tokens with the author's macros expanded and conditions decided.

What comes out are ordinary characters and commands that no macro of the paper stands for. Definitions take effect when
they are met, as in TeX. A condition is decided where that needs no typesetting (`\iftrue`, `\iffalse`, `\newif`
switches, `\ifmmode`, `\ifx` and `\ifdefined` on names, numbers written out); of all others the `\else` part stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from curate.extract.latex import macros
from curate.extract.latex.macros import Macro
from curate.extract.latex.names import words
from curate.extract.latex.reader import Reader

_CONDITION = re.compile(r"\\(if[A-Za-z@]*|else|or|fi)(?![A-Za-z@])")
_PRIMITIVE = frozenset(
    words(
        """
        if ifx ifnum ifdim ifodd ifcase iftrue iffalse ifmmode ifhmode ifvmode ifinner ifcat ifhbox ifvbox ifvoid
        ifeof ifdefined ifcsname iffontchar ifpdf ifPDFTeX ifxetex ifXeTeX ifluatex ifLuaTeX if@twocolumn if@filesw
        """
    )
)
_SWITCH = re.compile(r"\s*\\if([A-Za-z@]+)")
_TWO = re.compile(r"\s*(\\(?:[A-Za-z@]+|.)|[^\\{}])\s*(\\(?:[A-Za-z@]+|.)|[^\\{}])", re.S)
_NUMBERS = re.compile(r"\s*(-?\d{1,9})\s*([<>=])\s*(-?\d{1,9})\s?")
_ODD = re.compile(r"\s*(-?\d{1,9})\s?")
_NAMED = re.compile(r"\s*\\([A-Za-z@]+|.)", re.S)
_CSNAME = re.compile(r"\s*([^\\{}$&#~]{0,200}?)\s*\\endcsname")
_SPACED = re.compile(r"[A-Za-z0-9(`“‘\[]")
_COUNT = re.compile(r"\s*[1-9]\s*")
_ELSE, _FI = frozenset(("else", "or", "fi")), frozenset(("fi",))
_DEFINITIONS: dict[str, Callable[[Reader], tuple[str, Macro] | None]] = {
    **dict.fromkeys(
        ("newcommand", "renewcommand", "providecommand", "DeclareRobustCommand", "newrobustcmd", "renewrobustcmd"),
        macros.newcommand,
    ),
    **dict.fromkeys(("def", "gdef", "edef", "xdef"), macros.definition),
    "DeclareMathOperator": macros.operator,
    "DeclarePairedDelimiter": macros.paired,
    **dict.fromkeys(
        ("NewDocumentCommand", "RenewDocumentCommand", "DeclareDocumentCommand", "ProvideDocumentCommand"),
        macros.document_command,
    ),
}
_INTERNALS = frozenset(("@ifnextchar", "@ifstar", "kernel@ifnextchar", "@gobble", "@gobbletwo"))
_SPACED_BEHIND = frozenset(("xspace", "csname", *_DEFINITIONS))
_PREFIXES = frozenset(("long", "global", "outer", "protected", "expandafter", "noexpand", "protect", "unexpanded"))


class Expansion:
    """`fixed`: commands whose meaning no paper changes. `in_formula` is set by whoever reads the tokens."""

    def __init__(self, reader: Reader, fixed: frozenset[str]) -> None:
        self.reader, self.fixed = reader, fixed
        self.macros: dict[str, Macro] = {}
        self.in_formula = False
        self._same: dict[str, str] = {}  # of `\let`, to a command that is no macro
        self._switches: dict[str, bool] = {}
        self._conditions = set(_PRIMITIVE)  # with those of the switches
        self._environments: dict[str, tuple[Macro, str]] = {}
        self._open = 0  # conditions of which a part is being read

    def next(self) -> str | None:
        """The next token that stands for itself."""
        while (token := self.reader.next()) is not None:
            if token[0:1] != "\\":
                return token
            name = token[1:]
            macro = self.macros.get(name)
            if macro is not None and self._is_whole(macro):
                self._expand(macro)
            elif name in _PREFIXES:
                continue
            elif not self._taken(name):
                return f"\\{self._same[name]}" if name in self._same else token
            elif not self.in_formula and name not in _SPACED_BEHIND:
                self.reader.skip_space_behind_word()
        return None

    def define_environment(self) -> None:
        r"""At what follows `\newenvironment`."""
        self.reader.star()
        name = self.reader.argument().strip()
        count = self.reader.bracket()
        default = self.reader.bracket() if count is not None else None
        arguments = int(count) if count and _COUNT.fullmatch(count) else 0
        opening, closing = self.reader.argument(), self.reader.argument()
        self._environments[name] = Macro(opening, arguments, default), closing

    def begin(self, name: str) -> bool:
        """Whether the author defined this environment; then what it begins with is read next."""
        if name not in self._environments:
            return False
        opening, _ = self._environments[name]
        self.reader.push(opening.filled(opening.read(self.reader) or []))
        return True

    def end(self, name: str) -> bool:
        if name not in self._environments:
            return False
        self.reader.push(self._environments[name][1])
        return True

    def _is_whole(self, macro: Macro) -> bool:
        """Whether all internal commands that it calls are known: what a package begins, only TeX can end."""
        return not macro.internals or all(name in self.macros or name in _INTERNALS for name in macro.internals)

    def _expand(self, macro: Macro) -> None:
        if not macro.arguments and not self.in_formula:
            self.reader.skip_space_behind_word()
        arguments = macro.read(self.reader)
        if arguments is not None:
            self.reader.push(macro.filled(arguments))

    def _taken(self, name: str) -> bool:
        """Whether the command is one of this room: done, and nothing left of it."""
        if name in _DEFINITIONS:
            self._define(name)
        elif name == "let":
            self._let()
        elif name.startswith("if") and (name in _PRIMITIVE or name[2:] in self._switches):
            self._decide(name)
        elif name in ("else", "or"):
            self._leave()
        elif name == "fi":
            self._open = max(self._open - 1, 0)
        elif name == "newif":
            if switch := self.reader.take(_SWITCH):
                self._switches[switch[1]] = False
                self._conditions.add(f"if{switch[1]}")
        elif name.endswith(("true", "false")) and name.removesuffix("true").removesuffix("false") in self._switches:
            self._switches[name.removesuffix("true").removesuffix("false")] = name.endswith("true")
        elif name == "csname":
            if called := self.reader.take(_CSNAME):
                self.reader.push(f"\\{called[1]} ")
        elif name == "xspace":
            if not self.in_formula and _SPACED.match(self.reader.peek()):
                self.reader.push(" ")
        elif name in _INTERNALS:
            self._internal(name)
        elif name == "ExplSyntaxOn":  # names have other letters in it
            self.reader.until("\\ExplSyntaxOff")
        else:
            return False
        return True

    def _internal(self, name: str) -> None:
        if name.startswith("@gobble"):
            self.reader.argument()
            if name == "@gobbletwo":
                self.reader.argument()
            return
        wanted = "*" if name == "@ifstar" else self.reader.argument()
        yes, no = self.reader.argument(), self.reader.argument()
        self.reader.skip_space()
        found = self.reader.peek() == {"\\bgroup": "{"}.get(wanted, wanted)
        if found and name == "@ifstar":
            self.reader.star()
        self.reader.push(yes if found else no)

    def _define(self, how: str) -> None:
        defined = _DEFINITIONS[how](self.reader)
        if defined is None or defined[0] in self.fixed:
            return
        name, macro = defined
        if how == "providecommand" and (name in self.macros or name in self._same):
            return
        self._same.pop(name, None)
        self.macros[name] = macro

    def _let(self) -> None:
        told = macros.let(self.reader)
        if told is None or told[0] in self.fixed:
            return
        name, token = told
        self.macros.pop(name, None)
        self._same.pop(name, None)
        if token[0] != "\\":
            self.macros[name] = Macro(token)
        elif token[1:] in self.macros:
            self.macros[name] = self.macros[token[1:]]
        elif token[1:] != name:
            self._same[name] = self._same.get(token[1:], token[1:])

    def _decide(self, name: str) -> None:
        holds = self._holds(name)
        if holds:
            self._open += 1
            return
        ending = self.reader.past(_CONDITION, self._conditions, _ELSE)
        if ending in ("else", "or"):
            self._open += 1

    def _leave(self) -> None:
        r"""At `\else`, behind the part that stands."""
        if self._open and self.reader.past(_CONDITION, self._conditions, _FI):
            self._open -= 1

    def _holds(self, name: str) -> bool:
        if name in ("iftrue", "ifpdf", "ifPDFTeX"):
            return True
        if name == "ifmmode":
            return self.in_formula
        if name[2:] in self._switches:
            return self._switches[name[2:]]
        if name == "ifx":
            return bool((two := self.reader.take(_TWO)) and self._meaning(two[1]) == self._meaning(two[2]))
        if name == "ifdefined":
            return bool((one := self.reader.take(_NAMED)) and self._is_known(one[1]))
        if name == "ifcsname":
            return bool((called := self.reader.take(_CSNAME)) and self._is_known(called[1]))
        if name == "ifnum" and (sides := self.reader.take(_NUMBERS)):
            left, right = int(sides[1]), int(sides[3])
            return {"<": left < right, ">": left > right, "=": left == right}[sides[2]]
        if name == "ifodd" and (number := self.reader.take(_ODD)):
            return int(number[1]) % 2 == 1
        return False

    def _is_known(self, name: str) -> bool:
        return name in self.macros or name in self._same or name in self.fixed

    def _meaning(self, token: str) -> object:
        name = token[1:]
        if token[0] != "\\":
            return token
        if name in self.macros:
            return self.macros[name]
        return self._same.get(name, name if name in self.fixed else "undefined")
