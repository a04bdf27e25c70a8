r"""The commands that mean something to a reader of text, a function each.

Those of LaTeX's own that say what a thing is keep their meaning whatever a paper makes of their looks (`FIXED`).

Citations and references become `[cite]` and `[ref]`: their keys say nothing to a reader, their numbers are not known,
and without them sentences such as "as shown in" would end in nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from curate.extract.latex import names
from curate.extract.latex.formulas import formula
from curate.extract.latex.state import State

_LINE = re.compile(r"[^\n]*")
_VERB = re.compile(r"\*?(?:\[[^\]\n]{0,200}\])?\s?([^\w\s*{])([^\n]*?)\1")
_MINTED = re.compile(r"(?:\[[^\]\n]{0,200}\])?\{\w{1,40}\}")
_TIKZ = re.compile(r"\s*(?:\[[^\[\]]{0,500}\]\s*)?(?:[^{};]{0,500};)?")
_CHARACTER = re.compile(r"\s*(?:'([0-7]{1,6})|\"([0-9A-Fa-f]{1,6})|`\\?(.)|(\d{1,7}))\s?", re.S)
_KIND = re.compile(r"\b(?:name|heading|title)\s*=\s*\{?([^,{}]+)")
_RUN_IN = 5  # paragraphs, whose title stands in the line


def section(state: State, name: str) -> None:
    state.new_section()
    state.reader.star()
    state.reader.bracket()
    level = names.SECTIONS[name]
    if name in names.ENDED and state.reader.peek() != "{":
        title = state.reader.until(f"\\{names.ENDED[name]}")
        state.reader.push("{" + (title or "") + "}")
    if level >= _RUN_IN:
        state.page.paragraph()
    else:
        state.captured(lambda text: state.page.heading(text, level))


def beginsection(state: State, _: str) -> None:
    """Of plain TeX: the rest of the line."""
    line = state.reader.take(_LINE)
    state.reader.push(f"\\section{{{line.group() if line else ''}}}")


def item(state: State, _: str) -> None:
    label = state.reader.bracket()
    kind = next((names.LISTS[name] for name in reversed(state.environments) if name in names.LISTS), "- ")
    state.page.line()
    if label is not None:
        state.reader.push("{" + label + "} ")
    elif kind == "1" and state.counters:
        state.counters[-1] += 1
        state.page.text(f"{state.counters[-1]}. ")
    else:
        state.page.text("- ")


def caption(state: State, name: str) -> None:
    state.reader.star()
    if name == "captionof":
        state.reader.argument()
    state.reader.bracket()
    state.captured(lambda text: state.page.block(text, apart=True) if text else None)


def figure_of_row(state: State, _: str) -> None:
    """AASTeX's `\\fig{file}{width}{caption}`."""
    state.arguments("--")
    state.captured(lambda text: state.page.block(text, apart=True) if text else None)


def footnote(state: State, _: str) -> None:
    state.reader.bracket()
    state.captured(lambda text: state.page.text(f" ({text})" if text else ""))


def title(state: State, name: str) -> None:
    state.reader.star()
    state.reader.bracket()
    if state.reader.peek() != "{" and (plain := state.reader.until("\\endtitle")) is not None:
        state.reader.push("{" + plain + "}")

    def told(text: str) -> None:
        state.title = state.title or text

    state.captured(told)


def cite(state: State, name: str) -> None:
    reader = state.reader
    reader.star()
    while reader.bracket() is not None:
        pass
    reader.argument()
    while name in names.MANY and reader.peek() in ("{", "["):
        reader.bracket() if reader.peek() == "[" else reader.argument()
    if not state.page.ends_with(names.CITE):
        state.page.text(names.CITE)


def ref(state: State, name: str) -> None:
    state.reader.star()
    state.reader.argument()
    if name in names.TWICE:
        state.reader.argument()
    state.page.text(names.REF)


def address(state: State, _: str) -> None:
    state.page.text(state.reader.argument().replace("\\", "").strip())


def verb(state: State, name: str) -> None:
    if name == "mintinline":
        state.reader.take(_MINTED)
    if found := state.reader.take(_VERB):
        state.page.text(found[2])
    else:
        state.reader.bracket()
        state.page.text(state.reader.argument())


def typewriter(state: State, _: str) -> None:
    """Quotes and dashes stay as they are in it."""
    state.reader.skip_space()
    if state.reader.peek() != "{":
        return
    state.reader.next()
    state.typewriter += 1

    def done() -> None:
        state.typewriter -= 1

    state.open(done)


def ensured(state: State, _: str) -> None:
    argument = state.reader.argument()
    if argument.strip():
        state.reader.push(f"${argument}$")


def inline(state: State, name: str) -> None:
    state.formula_inline(formula(state.expansion, "\\)"))


def display(state: State, name: str) -> None:
    if tex := formula(state.expansion, "\\]"):
        state.page.block(f"$${tex}$$")


def new_line(state: State, _: str) -> None:
    state.reader.star()
    if state.reader.peek() == "[":
        state.reader.bracket()
    state.page.line()


def line_break(state: State, _: str) -> None:
    """One that a paragraph has for looks."""
    state.reader.bracket()
    state.page.text(" ")


def paragraph(state: State, _: str) -> None:
    state.reader.skip_space()
    state.page.paragraph()


def tikz(state: State, _: str) -> None:
    state.reader.take(_TIKZ)
    if state.reader.peek() == "{":
        state.reader.argument()


def character(state: State, _: str) -> None:
    r"""`\char` and a number."""
    if not (found := state.reader.take(_CHARACTER)):
        return
    octal, hexadecimal, itself, decimal = found.groups()
    number = int(octal, 8) if octal else int(hexadecimal, 16) if hexadecimal else int(decimal or 0)
    is_character = 32 <= number < 0x110000 and not 0xD800 <= number < 0xE000
    state.page.text(itself or (chr(number) if is_character else ""))


def off(state: State, name: str) -> None:
    state.reader.until(f"\\{names.OFF_UNTIL[name]}")


def end_of_text(state: State, _: str) -> None:
    state.ended = True


def theorem(state: State, name: str) -> None:
    r"""`\newtheorem{lem}[thm]{Lemma}[section]` and its kin: what an environment is called."""
    reader = state.reader
    reader.star()
    options = reader.bracket() if name == "declaretheorem" else None
    kind = reader.argument().strip()
    reader.bracket()
    if name == "declaretheorem":
        stated = _KIND.search(options or "") or _KIND.search(reader.bracket() or "")
        state.theorems[kind] = stated[1].strip() if stated else kind.capitalize()
        return
    state.theorems[kind] = reader.argument()
    if name == "spnewtheorem":
        reader.argument()
        reader.argument()
    reader.bracket()


HANDLERS: dict[str, Callable[[State, str], None]] = {
    **dict.fromkeys(names.SECTIONS, section),
    "beginsection": beginsection,
    "item": item,
    **dict.fromkeys(("caption", "captionof", "subcaption", "tablecaption", "figcaption", "tabcaption"), caption),
    **dict.fromkeys(("fig", "leftfig", "rightfig", "boxedfig", "rotatefig"), figure_of_row),
    **dict.fromkeys(("footnote", "footnotetext", "endnote", "blfootnote", "tablefootnote"), footnote),
    "title": title,
    **dict.fromkeys(names.CITES, cite),
    **dict.fromkeys(names.REFS, ref),
    **dict.fromkeys(("url", "nolinkurl", "path", "arxiv"), address),
    **dict.fromkeys(("verb", "Verb", "lstinline", "mintinline"), verb),
    **dict.fromkeys(("texttt", "code", "lstinlinecode"), typewriter),
    "ensuremath": ensured,
    "(": inline,
    "[": display,
    **dict.fromkeys(("\\", "newline", "cr", "tabularnewline", "crcr"), new_line),
    "linebreak": line_break,
    "par": paragraph,
    "tikz": tikz,
    "char": character,
    **dict.fromkeys(names.OFF_UNTIL, off),
    **dict.fromkeys(("bye", "enddocument"), end_of_text),
    **dict.fromkeys(("newtheorem", "spnewtheorem", "declaretheorem"), theorem),
}
FIXED = frozenset(
    names.words(
        r"""
        part chapter section subsection subsubsection paragraph subparagraph item caption footnote title cite citep
        citet ref eqref pageref url verb ensuremath ( [ \ par begin end newtheorem newenvironment renewenvironment
        """
    )
)
