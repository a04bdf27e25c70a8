"""What a file's name says of its language: whole names, then the ending.

An ending that several languages use lists them, the likeliest first; `curate.code_language.content` decides between
them, and the first stands where it cannot.
"""

from __future__ import annotations

from curate.code_language import tables
from curate.code_language.rows import by_name, rows


def candidates(name: str) -> tuple[str, ...]:
    """The languages that a file of this name (its last part) may be in, the likeliest first; perhaps none."""
    lower = name.lower()
    if lower in NAMES:
        return (NAMES[lower],)
    if lower.startswith(("dockerfile.", "containerfile.")):
        return ("Dockerfile",)
    parts = lower.split(".")
    if parts[-1] in ("in", "example", "dist", "tmpl", "template", "sample", "orig", "bak") and len(parts) > 2:
        if ".".join(parts[-2:]) in ENDINGS:
            return ENDINGS[".".join(parts[-2:])]
        parts = parts[:-1]
    for length in (2, 1):
        if len(parts) > length and (found := ENDINGS.get(".".join(parts[-length:]))):
            return found
    return ()


def by_ending(name: str) -> str | None:
    """The language by the ending alone, the baseline that everything else is measured against."""
    found = ENDINGS.get(name.lower().rpartition(".")[2]) if "." in name else None
    return found[0] if found else None


def _endings() -> dict[str, tuple[str, ...]]:
    alone = {ending: (language,) for ending, language in by_name(tables.ENDINGS).items()}
    languages = sorted({language for (language,) in alone.values()}, key=len, reverse=True)
    return alone | {ending: _split(rest, languages) for ending, rest in rows(tables.SHARED)}


def _split(rest: str, languages: list[str]) -> tuple[str, ...]:
    """Names in a row, some of two words."""
    found: list[str] = []
    while rest:
        known = next((name for name in languages if rest == name or rest.startswith(name + " ")), rest.split(" ")[0])
        found.append(known)
        rest = rest[len(known) + 1 :]
    return tuple(found)


NAMES = by_name(tables.NAMES)
ENDINGS = _endings()
LANGUAGES = frozenset({*NAMES.values(), *(language for shared in ENDINGS.values() for language in shared)})
