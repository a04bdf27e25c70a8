r"""Acronyms of the packages acronym, acro and glossaries: `\ac{key}` and `\gls{key}` as the short form that is defined.

The long form that LaTeX prints at the first use is not put in: where a paper uses an acronym first depends on what is
typeset, and the short one is right everywhere. A key without a definition stands for itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from curate.extract.latex.state import State

_SHORT = re.compile(r"\b(?:short|name|text)\s*=\s*(?:\{([^{}]*)\}|([^,{}]+))")
_USES = (
    "ac",
    "acs",
    "acf",
    "aca",
    "acl",
    "Ac",
    "Acs",
    "Acf",
    "gls",
    "Gls",
    "GLS",
    "acrshort",
    "acrfull",
    "glsxtrshort",
)
_PLURALS = ("acp", "acsp", "acfp", "Acp", "glspl", "Glspl", "acrshortpl", "acrfullpl", "glsxtrshortpl")


def define(state: State, name: str) -> None:
    """`\\newacronym[options]{key}{short}{long}`, `\\acrodef{key}[short]{long}`, `\\DeclareAcronym{key}{short = x}`."""
    reader = state.reader
    if name == "newacronym":
        reader.bracket()
        key = reader.argument()
        state.acronyms[key.strip()] = reader.argument()
        reader.argument()
        return
    key = reader.argument().strip()
    stated = reader.bracket()
    about = reader.argument()
    if name in ("acro", "acrodef", "newacro"):
        state.acronyms[key] = stated or key
    elif short := _SHORT.search(about):
        state.acronyms[key] = short[1] or short[2].strip()


def use(state: State, name: str) -> None:
    state.reader.star()
    state.reader.bracket()
    key = state.reader.argument().strip()
    state.reader.push("{" + state.acronyms.get(key, key) + "}" + ("s" if name in _PLURALS else ""))


HANDLERS: dict[str, Callable[[State, str], None]] = {
    **dict.fromkeys(("newacronym", "acro", "acrodef", "newacro", "DeclareAcronym", "newglossaryentry"), define),
    **dict.fromkeys((*_USES, *_PLURALS), use),
}
