"""MathML's tokens to TeX: identifiers, numbers, operators, words, spaces."""

from __future__ import annotations

import re

from curate.extract.mathml_rows import joined
from curate.extract.mathml_tree import Element
from curate.extract.tex_symbols import FUNCTIONS, VARIANTS, of_character

_LENGTH = re.compile(r"\s*(-?[\d.]+)\s*(em|ex|px|pt|mu|cm|mm|in)?")
_EM = {"em": 1.0, "ex": 0.43, "px": 1 / 16, "pt": 1 / 12, "mu": 1 / 18, "cm": 2.37, "mm": 0.237, "in": 6.0, "": 0.0}
_NAMED = {"thickmathspace": 0.28, "mediummathspace": 0.22, "thinmathspace": 0.17, "verythinmathspace": 0.06}
_SPECIAL = re.compile(r"[#$%&_{}]")
_WORDS = {"bold": "\\textbf", "italic": "\\textit", "monospace": "\\texttt", "sans-serif": "\\textsf"}
_IN_WORDS = {"\\": "\\textbackslash ", "~": "\\textasciitilde ", "^": "\\textasciicircum "}


def identifier(element: Element) -> str:
    text = " ".join(element.text.split())
    if text in FUNCTIONS:
        return "\\" + text
    if len(text) > 1 and text.replace(" ", "").replace("-", "").isalpha() and text.isascii():
        command = VARIANTS.get(element.attributes.get("mathvariant", ""), "\\mathrm")
        return _styled(command, text.replace(" ", "\\ "))
    return _styled(_variant(element), _symbols(text))


def number(element: Element) -> str:
    variant = _variant(element)
    return _styled("" if variant == "\\mathrm" else variant, _symbols("".join(element.text.split())))


def operator(element: Element) -> str:
    text = " ".join(element.text.split())
    if text in FUNCTIONS:
        return "\\" + text
    if len(text) > 1 and text.isalpha() and text.isascii():
        return f"\\operatorname{{{text}}}"
    variant = _variant(element)
    return _styled("" if variant == "\\mathrm" else variant, _symbols(text))


def words(element: Element) -> str:
    """Upright words, their spaces kept, since beside a formula they part it from what follows."""
    text = re.sub(r"\s+", " ", element.text.replace("\u00a0", " "))
    if not text.strip():
        return "\\ " if text else ""
    if element.name == "ms":
        text = f'"{text.strip()}"'
    text = "".join(_IN_WORDS.get(character, character) for character in text) if "\\" in text or "~" in text else text
    command = _WORDS.get(element.attributes.get("mathvariant", ""), "\\text")
    return f"{command}{{{_SPECIAL.sub(lambda found: chr(92) + found[0], text)}}}"


def space(element: Element) -> str:
    em = _em(element.attributes.get("width", ""))
    if em < -0.01:
        return "\\!"
    for least, command in ((1.9, "\\qquad"), (0.9, "\\quad"), (0.26, "\\;"), (0.2, "\\:"), (0.1, "\\,")):
        if em >= least:
            return command
    return ""


def _em(width: str) -> float:
    """Width in em; that of names as MathML has it, nothing for what makes no sense."""
    if width in _NAMED:
        return _NAMED[width]
    found = _LENGTH.match(width)
    try:
        return float(found[1]) * _EM[found[2] or ""] if found else 0.0
    except ValueError:
        return 0.0


def _variant(element: Element) -> str:
    return VARIANTS.get(element.attributes.get("mathvariant", ""), "")


def _styled(command: str, written: str) -> str:
    if not command or not written:
        return written
    if command == "\\boldsymbol\\mathcal":
        return f"\\boldsymbol{{\\mathcal{{{written}}}}}"
    if command == "\\mathbf" and not written.isalnum():
        command = "\\boldsymbol"
    return f"{command}{{{written}}}" if command != "\\mathrm" or written.isalnum() else written


def _symbols(text: str) -> str:
    if text.isascii() and text.isalnum():
        return text
    return joined([of_character(character) for character in text if not character.isspace()])
