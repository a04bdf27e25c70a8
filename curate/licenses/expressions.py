"""SPDX licence expressions: whether an allow-list admits one, and the identifiers a recipe may name.

`MIT OR Apache-2.0` is admitted if either is, `MIT AND BSD-3-Clause` if both are; brackets nest. An identifier with an
exception (`GPL-2.0-only WITH Classpath-exception-2.0`) is admitted where it or its licence is named: an exception only
permits more. `GPL-3.0`, `GPL-3.0-only`, `GPL-3.0-or-later` and `GPL-3.0+` are told apart in the column, and admitted by
the plain name as well.
"""

from __future__ import annotations

import re

from curate.licenses.texts import IDENTIFIERS

_OTHERS = """
    GPL-2.0-only GPL-2.0-or-later GPL-3.0-only GPL-3.0-or-later LGPL-2.1-only LGPL-2.1-or-later LGPL-3.0-only
    LGPL-3.0-or-later AGPL-3.0-only AGPL-3.0-or-later LGPL-2.0-only LGPL-2.0-or-later Python-2.0 BlueOak-1.0.0 ECL-2.0
    CC-PDDC CC-BY-SA-2.5 ODbL-1.0 PDDL-1.0 ZPL-2.1 AFL-3.0 curl ICU Unicode-3.0 Unicode-DFS-2016 LPPL-1.3c Sleepycat
    TCL W3C NAIST-2003 FTL Beerware MIT-CMU 389-exception
"""
KNOWN = IDENTIFIERS | frozenset(_OTHERS.split())
_TOKEN = re.compile(r"\(|\)|[A-Za-z0-9.+:-]+|/")
_MOST = 200  # tokens; expressions have a handful


def parse(stated: str) -> str | None:
    """A stated expression in one spelling (`MIT/Apache-2.0` is `MIT OR Apache-2.0`); None where it is none."""
    tokens = _TOKEN.findall(stated)
    if not tokens or len(tokens) > _MOST or re.sub(r"\s+", "", stated) != "".join(tokens):
        return None
    spelled = [_spelled(token) for token in tokens]
    try:
        _evaluate(spelled, lambda name: True)
    except _Broken:
        return None
    return re.sub(r"\( | \)", lambda m: m[0].strip(), " ".join(spelled))


def allowed(expression: str | None, licences: frozenset[str]) -> bool:
    """Whether `licences` admit the expression; no licence is admitted by none."""
    if expression is None:
        return False
    try:
        return _evaluate([_spelled(token) for token in _TOKEN.findall(expression)], lambda n: _admits(n, licences))
    except _Broken:
        return False


class _Broken(ValueError):
    pass


def _admits(name: str, licences: frozenset[str]) -> bool:
    plain = re.sub(r"(?:-only|-or-later|\+)$", "", name)
    return name in licences or plain in licences


def _spelled(token: str) -> str:
    if token == "/":
        return "OR"
    upper = token.upper()
    return upper if upper in ("OR", "AND", "WITH") else _CASES.get(upper, token)


_CASES = {name.upper(): name for name in sorted(KNOWN)}


def _evaluate(tokens: list[str], admits) -> bool:  # type: ignore[no-untyped-def]
    """AND binds closer than OR, as SPDX has it."""
    value, rest = _any_of(tokens, admits, 0)
    if rest:
        raise _Broken
    return value


def _any_of(tokens: list[str], admits, depth: int) -> tuple[bool, list[str]]:  # type: ignore[no-untyped-def]
    value, rest = _all_of(tokens, admits, depth)
    while rest[:1] == ["OR"]:
        more, rest = _all_of(rest[1:], admits, depth)
        value = value or more
    return value, rest


def _all_of(tokens: list[str], admits, depth: int) -> tuple[bool, list[str]]:  # type: ignore[no-untyped-def]
    value, rest = _one(tokens, admits, depth)
    while rest[:1] == ["AND"]:
        more, rest = _one(rest[1:], admits, depth)
        value = value and more
    return value, rest


def _one(tokens: list[str], admits, depth: int) -> tuple[bool, list[str]]:  # type: ignore[no-untyped-def]
    if not tokens or tokens[0] in ("OR", "AND", "WITH", ")") or depth > 50:
        raise _Broken
    if tokens[0] == "(":
        value, rest = _any_of(tokens[1:], admits, depth + 1)
        if rest[:1] != [")"]:
            raise _Broken
        return value, rest[1:]
    name, rest = tokens[0], tokens[1:]
    if rest[:1] != ["WITH"]:
        return admits(name), rest
    if len(rest) < 2 or rest[1] in ("OR", "AND", "WITH", "(", ")"):
        raise _Broken
    return admits(name) or admits(f"{name} WITH {rest[1]}"), rest[2:]
