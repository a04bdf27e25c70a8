"""A row of MathML to TeX: spaces around relations, brackets that grow, cases, binomials, and matrices in brackets."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import accumulate

from curate.extract.mathml_tree import Element
from curate.extract.tex_symbols import INFIX, INFIX_ASCII

_BRACKETS = (
    ("(", ")", "(", ")"), ("[", "]", "[", "]"), ("{", "}", "\\{", "\\}"), ("|", "|", "|", "|"), ("∣", "∣", "|", "|"),
    ("‖", "‖", "\\|", "\\|"), ("∥", "∥", "\\|", "\\|"), ("⟨", "⟩", "\\langle", "\\rangle"),
    ("〈", "〉", "\\langle", "\\rangle"), ("⌈", "⌉", "\\lceil", "\\rceil"), ("⌊", "⌋", "\\lfloor", "\\rfloor"),
    ("⟦", "⟧", "\\llbracket", "\\rrbracket"),
)  # fmt: skip
OPENERS = {opener: command for opener, _, command, _ in _BRACKETS}
CLOSERS = {closer: command for _, closer, _, command in _BRACKETS}
_EITHER = frozenset("|∣‖∥")
_TALL = frozenset({"mfrac", "mtable", "munderover", "munder", "mover", "msubsup", "mroot", "msqrt"})
_MATRICES = {("(", ")"): "pmatrix", ("[", "]"): "bmatrix", ("|", "|"): "vmatrix", ("‖", "‖"): "Vmatrix",
             ("{", "}"): "Bmatrix", ("∥", "∥"): "Vmatrix", ("∣", "∣"): "vmatrix"}  # fmt: skip
_COMMAND_AT_END = re.compile(r"\\[a-zA-Z]+\*?$")
_ONE = re.compile(r"[a-zA-Z]|\d+(?:\.\d+)?|\\[a-zA-Z]+(?:\{(?:[^{}]|\{[^{}]*\})*\})?|[^\x00-\x7f]")
_STYLED = re.compile(r"(\\math(?:rm|tt|sf|bf|bb|it)\{)([^{}]*)\}")
_NO_LINE = re.compile(r"0+(?:\.0*)?\D*")
_CLOSE = frozenset("·⋅∗∙∣")  # operators that people write without spaces
_WRAPPERS = frozenset({"mrow", "mstyle", "mpadded"})

Tex = Callable[[Element, bool], str]


def row(element: Element, tight: bool, tex: Tex) -> str:
    """TeX of the children of an element, one after the other."""
    children = _unwrapped(element.children)
    if (whole := _bracketed(children, tight, tex)) is not None:
        return whole
    children = _grouped(children)
    partners = _partners(children)
    parts: list[str] = []
    for at, child in enumerate(children):
        if at in partners:
            parts.append(partners[at])
            continue
        written = tex(child, tight)
        if not tight and 0 < at < len(children) - 1 and _infix(child) and not _ends_open(parts):
            written = f" {written.strip()} "
        parts.append(written)
    return joined(parts)


def joined(parts: list[str]) -> str:
    """Parts after each other; a command and a letter are kept apart, letters of one style put together."""
    made: list[str] = []
    for part in parts:
        if (
            made
            and (style := _STYLED.fullmatch(part))
            and (before := _STYLED.fullmatch(made[-1]))
            and style[1] == before[1]
        ):
            made[-1] = f"{style[1]}{before[2]}{style[2]}}}"
            continue
        if part and made and part[0].isalpha() and _COMMAND_AT_END.search(made[-1]):
            made.append(" ")
        if part:
            made.append(part.lstrip() if made and made[-1].endswith(" ") and not made[-1].endswith("\\ ") else part)
    return "".join(made)


def braced(written: str) -> str:
    """A script: in braces unless it is one letter or digit."""
    return written if len(written) == 1 and written.isalnum() and written.isascii() else f"{{{written}}}"


def solitary(written: str) -> str:
    """The base of a script: in braces unless it is one thing."""
    grown = written.startswith("\\left") and written.count("\\left") == 1 and written[-8:-1].startswith("\\right")
    one = grown or _ONE.fullmatch(written) or written in ("", ")", "]", "|", "\\}")
    return written if one else f"{{{written}}}"


def _unwrapped(children: list[Element]) -> list[Element]:
    """A row in a row is no more than its children, where it is the only child."""
    while len(children) == 1 and children[0].name in _WRAPPERS and children[0].children:
        children = children[0].children
    return children


def _grouped(children: list[Element]) -> list[Element]:
    """A table or binomial and the brackets around it as a row of their own, so that they become one thing."""
    made: list[Element] = []
    at = 0
    while at < len(children):
        inside = children[at + 1] if at + 1 < len(children) and _text(children[at]) in OPENERS else None
        size = 1
        if inside is not None and (_only(inside, "mtable") or _binomial(inside)):
            closed = at + 2 < len(children) and (_text(children[at + 2]) in CLOSERS or _is_empty(children[at + 2]))
            size = 3 if closed else 2 if _text(children[at]) == "{" and not _binomial(inside) else 1
        made.append(Element("mrow", children=children[at : at + size]) if size > 1 else children[at])
        at += size
    return made


def _binomial(element: Element) -> bool:
    fraction = _only(element, "mfrac")
    return fraction is not None and without_line(fraction)


def _is_empty(element: Element) -> bool:
    return element.name == "mo" and element.text.strip() in ("", "\u2061")


def _bracketed(children: list[Element], tight: bool, tex: Tex) -> str | None:
    """A matrix, binomial or cases, if the row is one table or fraction in brackets, and no more."""
    seen = [child for child in children[:5] if not _is_empty(child)]
    if len(seen) == 2 and _text(seen[0]) == "{" and (rows := _only(seen[1], "mtable")) is not None:
        return _environment("cases", tex(rows, tight))
    if len(seen) != 3 or len(children) > 5:
        return None
    brackets = _text(seen[0]), _text(seen[2])
    if brackets in _MATRICES and (rows := _only(seen[1], "mtable")) is not None:
        return _environment(_MATRICES[brackets], tex(rows, tight))
    if brackets == ("(", ")") and _binomial(seen[1]):
        return tex(seen[1], tight).replace("\\genfrac{}{}{0pt}{}", "\\binom", 1)
    return None


def without_line(fraction: Element) -> bool:
    return bool(_NO_LINE.fullmatch(fraction.attributes.get("linethickness", "")))


def _environment(name: str, written: str) -> str:
    found = re.fullmatch(r"\\begin\{(\w+)\}(.*)\\end\{\1\}", written, re.S)
    return f"\\begin{{{name}}}{found[2]}\\end{{{name}}}" if found else written


def _only(element: Element, name: str) -> Element | None:
    while element.name in _WRAPPERS and len(element.children) == 1:
        element = element.children[0]
    return element if element.name == name else None


def _partners(children: list[Element]) -> dict[int, str]:
    """Brackets of a row that grow with what is between them, by position."""
    found: dict[int, str] = {}
    waiting: list[int] = []
    tall = [0, *accumulate(_tall(child, 4) for child in children)] if any(map(_text, children)) else []
    for at, child in enumerate(children):
        text = _text(child)
        if text in CLOSERS and waiting and _closes(child, text, _text(children[waiting[-1]])):
            opener = waiting.pop()
            if _grow(children[opener], child, tall[at] > tall[opener + 1]):
                found[opener] = _command("\\left", OPENERS[_text(children[opener])])
                found[at] = _command("\\right", CLOSERS[text])
        elif text in OPENERS and child.attributes.get("form") != "postfix":
            waiting.append(at)
    return found


def _closes(child: Element, text: str, opener: str) -> bool:
    if child.attributes.get("form") == "prefix":
        return False
    return opener == text if text in _EITHER else opener not in _EITHER


def _grow(opener: Element, closer: Element, around_tall: bool) -> bool:
    """Whether brackets stretch: said so, or not denied and something tall is between."""
    stated = {opener.attributes.get("stretchy"), closer.attributes.get("stretchy")}
    if "false" in stated:
        return False
    return around_tall or (stated == {"true"} and "minsize" not in opener.attributes)


def _tall(element: Element, depth: int) -> bool:
    return element.name in _TALL or (depth > 0 and any(_tall(child, depth - 1) for child in element.children[:64]))


def _command(command: str, bracket: str) -> str:
    return command + bracket + (" " if bracket[-1].isalpha() else "")


def _text(element: Element) -> str:
    return element.text.strip() if element.name == "mo" else ""


def _infix(element: Element) -> bool:
    text = element.text.strip() if element.name in ("mo", "mi") else ""
    return (text in INFIX_ASCII or text in INFIX or text == "−") and text not in _CLOSE


def _ends_open(parts: list[str]) -> bool:
    """Whether what stands before an operator is no operand: then it is a sign."""
    before = next((part for part in reversed(parts) if part.strip()), "")
    return not before or before.endswith((" ", "(", "[", "\\{", ",", "&", ":"))
