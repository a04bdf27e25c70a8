"""A template to the words of the text that it carries, or to nothing.

Nothing is transcluded: a dump's templates would have to be run, Lua and all, and most make boxes and notices. The few
that authors use inside sentences are in `template_table`; families of names (`lang-de`, `enS`, `script/Hebrew`,
`XIXe siècle`) are told by their shape, so that they need no list of languages.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from curate.extract.wikitext.template_table import BEFORE, LITERAL, NAMES, WORDS

_PREFIX = re.compile(r"(?:template|vorlage|modèle|plantilla|шаблон|subst|safesubst|msg|msgnw|raw):\s*", re.I)
_FAMILY = re.compile(r"(?:lang|link|k|яз|мова|јез|језик|jezik|dil|lang-|ipa)-[\w -]+|script/[\w -]+|[a-z]{2,3}S")
_CENTURY = re.compile(r"-?[IVXLC]+(?:er|e|ème)(?: siècle)?(?: av\. J\.-C\.)?")
_ROMAN = re.compile(r"[IVXLC]+")
_KEY = re.compile(r"\s*([^\W_][\w -]{0,30}?)\s*=")
_RANGES = ("to", "-", "–", "and", "or", "x", "by", "&", "+", "±", "×", "a", "bis", "à", "e", "y", "до", "и")
_CASES: dict[str, Callable[[str], str]] = {"lc": str.lower, "uc": str.upper, "formatnum": str.strip}
_OPENING = "“„«\"'‘"
_FLAGS = ("lead", "end", "link", "short", "lang", "pron", "us", "uk", "us also", "uk also", "also", "local", "audio")


def words(parts: list[str], alone: bool = False, language: str | None = None) -> str:
    """What `{{parts[0]|parts[1]|…}}` shows of the text; `alone` on its line, in a wiki of that language."""
    raw = _PREFIX.sub("", parts[0].strip(), count=1).replace("_", " ")
    name = raw.lower()
    if len(parts) == 1 and ":" in name:
        function, _, value = raw.partition(":")
        case = _CASES.get(function.lower())
        return case(value) if case else ""
    if name in LITERAL:
        return LITERAL[name]
    if name in NAMES:
        how = NAMES[name]
        if how == "century":
            return _century(name, _arguments(parts[1:])[0], language)
        if how == "cited":
            how = "quotes" if alone else "marks"
        return _shown(how, name, *_arguments(parts[1:]))
    if name in BEFORE:
        plain, _ = _arguments(parts[1:])
        return BEFORE[name] + plain[0] if plain else ""
    if _FAMILY.fullmatch(raw) or _FAMILY.fullmatch(name):
        return _first(*_arguments(parts[1:]))
    return raw if _CENTURY.fullmatch(raw) else ""


def _arguments(parts: list[str]) -> tuple[list[str], dict[str, str]]:
    """(those without a name, or with their number for one; those with a name)"""
    plain: list[str] = []
    named: dict[str, str] = {}
    for part in parts:
        key = _KEY.match(part)
        if key is None:
            plain.append(part.strip())
        elif key[1].isdecimal() and int(key[1]) == len(plain) + 1:
            plain.append(part[key.end() :].strip())
        else:
            named[key[1].lower()] = part[key.end() :].strip()
    return plain, named


def _first(plain: list[str], named: dict[str, str]) -> str:
    return plain[0] if plain else next((named[name] for name in WORDS if named.get(name)), "")


def _shown(how: str, name: str, plain: list[str], named: dict[str, str]) -> str:
    if how == "list":
        return ", ".join(part for part in plain if part)
    if how == "link":
        return named.get("lt") or named.get("texte") or named.get("fr") or _first(plain, named)
    if how == "quotes":
        quoted = _first(plain, named)
        return f"\n\n{quoted}\n\n" if quoted else ""
    if how == "marks" and (quoted := _first(plain, named)):
        return quoted if quoted[0] in _OPENING else f"“{quoted}”"
    if not plain:
        return _first(plain, named)
    if how == "second":
        return plain[1] if len(plain) > 1 else (named.get("text") or named.get("texte") or plain[0])
    if how == "last":
        return plain[-1]
    if how == "joined":
        return " ".join([*filter(None, plain), *(named[u] for u in ("u", "ul", "um") if u in named)])
    if how == "dashed":
        return "-".join([part for part in plain if part.isdecimal()][:3]) or plain[0]
    if how == "measured":
        return " ".join(plain[: 4 if len(plain) > 3 and plain[1].lower() in _RANGES else 2])
    if how == "fraction":
        return " ".join([*plain[:-2], "/".join(plain[-2:])])
    if how == "together":
        joined = "".join(part for part in plain if part.lower() not in _FLAGS)
        return f"/{joined}/" if name.startswith("ipac") and joined else joined
    if how == "named":
        aside = ", ".join(filter(None, plain[1:3]))
        return f"{plain[0]} ({aside})" if plain[0] and aside else plain[0] or aside
    if how == "person":
        return " ".join(plain[:2])
    if how == "old style":
        return " ".join(filter(None, plain[:2]))
    return plain[0]


def _century(name: str, plain: list[str], language: str | None) -> str:
    """French `{{s|XIX|e}}`; elsewhere `s` only keeps its argument on one line."""
    french = language == "fr" or "siècle" in name or (language is None and len(plain) > 1)
    if not plain or not french or not _ROMAN.fullmatch(plain[0]):
        return plain[0] if plain else ""
    ordinal = plain[1] if len(plain) > 1 else "er" if plain[0] == "I" else "e"
    return f"{plain[0]}{ordinal}" + ("" if "-" in name.lstrip("-") else " siècle")
