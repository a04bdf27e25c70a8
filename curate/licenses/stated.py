"""Stated licences by the names of SPDX: `CC-BY-SA-4.0`, with the port as in `CC-BY-3.0-DE`; `CC-BY` without a version.

By address (creativecommons.org, gnu.org ...) or words ("Creative Commons Attribution 4.0", "CC BY-SA 3.0"). What is not
recognised stays as it was stated. `LicenseRef-All-Rights-Reserved` is what its name says.
"""

from __future__ import annotations

import html
import re

RESERVED = "LicenseRef-All-Rights-Reserved"
MOST = 500  # characters of a statement that is kept
# What a licence's address and its words begin with, in small letters: where to look for one.
ADDRESSES = ("creativecommons.org/", "gnu.org/", "apache.org/licenses", "opensource.org/licenses", "unlicense.org")
WORDS = (
    *("cc by", "cc-by", "cc&nbsp;by", "cc0", "cc (by", "cc-lizenz", "creative commons", "creative-commons"),
    "gnu free documentation",
)
# What a notice says that reserves all rights, in small letters.
ALL_RESERVED = (
    "all rights reserved", "alle rechte vorbehalten", "tous droits réservés", "todos los derechos reservados",
    "todos os direitos reservados", "tutti i diritti riservati", "alle rechten voorbehouden",
    "wszelkie prawa zastrzeżone", "все права защищены",
)  # fmt: skip

_ADDRESS = re.compile(
    r"creativecommons\.org/(?:licenses|publicdomain)/(by(?:-nc)?(?:-nd|-sa)?|zero|mark|publicdomain)\b"
    r"(?:/(\d\.\d))?(?:/(?!deed|legalcode)([a-z]{2,8})\b)?",
    re.I,
)
_PART = r"by|attribution|nc|non-? ?commercial|sa|share-? ?alike|nd|no-? ?deriv(?:ative)?s?"
_CC = re.compile(
    r"\b(?:CC0|(?:CC|Creative[ -]?Commons)[ :-]{1,3}(?:licen[sc]e )?"
    rf"[(\"„“]?((?:{_PART}|zero|0)(?:[ -]{{1,3}}(?:{_PART}))*)\b[)\"“]?)"
    r"(?:,? (?:(?:International|Unported|Generic|public|licen[sc]e|version),? ){0,2}v?\.?(\d\.\d)(?:[ -]([A-Z]{2})\b)?"
    r"|-(\d\.\d)(?:-([A-Z]{2})\b)?)?",
    re.I,
)
_SHORT = (
    *(("non-? ?commercial", "nc"), ("share-? ?alike", "sa"), ("no-? ?deriv(?:ative)?s?", "nd")),
    ("attribution", "by"),
)
_OTHERS = (
    (re.compile(r"gnu\.org/(?:licenses|copyleft)/(?:old-licenses/)?fdl(?:-(\d\.\d))?", re.I), "GFDL"),
    (re.compile(r"\bGNU Free Documentation Licen[sc]e(?:,? (?:version |v\.? ?)?(\d\.\d))?", re.I), "GFDL"),
    (re.compile(r"gnu\.org/licenses/(?:old-licenses/)?gpl-(\d\.\d)", re.I), "GPL"),
    (re.compile(r"gnu\.org/licenses/agpl-(\d\.\d)", re.I), "AGPL"),
    (re.compile(r"apache\.org/licenses/LICENSE-(\d\.\d)", re.I), "Apache"),
    (re.compile(r"opensource\.org/licenses?/(MIT)\b", re.I), ""),
    (re.compile(r"(unlicense)\.org", re.I), ""),
)


def named(stated: str) -> str | None:
    """The name of a stated licence, or of several with commas between; what is not recognised on one line."""
    plain = " ".join(html.unescape(stated).replace("\0", "").split())[:MOST]
    known = [recognised(part) for part in plain.split(", ") if part]
    if known and all(known):
        return ", ".join(dict.fromkeys(name for name in known if name))
    return recognised(plain) or plain.encode("utf-8", "replace").decode() or None


def recognised(stated: str, whole: bool = True) -> str | None:
    """The SPDX name of a licence, None of what is not known; not `whole`: `stated` must begin with it."""
    look = re.Pattern.search if whole else re.Pattern.match
    if found := look(_ADDRESS, stated):
        return _creative_commons(*found.groups())
    if found := look(_CC, stated.replace("_", " ").replace("&nbsp;", " ").replace("\u00a0", " ")):
        kind = found[1] or "zero"
        for long, short in _SHORT:
            kind = re.sub(long, short, kind, flags=re.I)
        return _creative_commons(re.sub("[ -]+", "-", kind), found[2] or found[4], found[3] or found[5])
    for pattern, name in _OTHERS:
        if found := look(pattern, stated):
            return "-".join(part for part in (name, found[1]) if part)
    said = stated.replace("_", " ").lower()
    return RESERVED if whole and any(words in said for words in ALL_RESERVED) else None


def _creative_commons(kind: str, version: str | None, port: str | None) -> str:
    alone = {"zero": "CC0-1.0", "0": "CC0-1.0", "mark": "CC-PDM-1.0", "publicdomain": "CC-PDDC"}
    if kind.lower() in alone:
        return alone[kind.lower()]
    return "-".join(part.upper() for part in ("CC", *kind.split("-"), version, port if version else None) if part)
