"""Definitions of line normalisation, repetition and removal, in plain Python."""

import re
import unicodedata


def normal(line: str, min_chars: int) -> str | None:
    """What two equal lines have in common; None where the line does not count."""
    line = line.strip()
    if len(line) < min_chars or not any(c.isalpha() for c in line):
        return None
    return "".join("0" if c.isdigit() else _lower(c) for c in line if not c.isspace() and not _is_punctuation(c))


def repetition(line: str, min_words: int, ngram: int = 5) -> int:
    words = re.findall(r"\w+", line.lower())
    if len(words) < min_words:
        return 0
    grams = [tuple(words[at : at + ngram]) for at in range(len(words) - ngram + 1)]
    covered = {at + step for at, gram in enumerate(grams) if grams.count(gram) > 1 for step in range(ngram)}
    return 100 * len(covered) // len(words) if words else 0


def remove(text: str, gone: list[bool]) -> tuple[str, list[int]]:
    lines = text.split("\n")
    kept = [line for line, drop in zip(lines, gone, strict=True) if not drop]
    return "\n".join(kept), [number for number, drop in enumerate(gone) if drop]


def _lower(c: str) -> str:
    return c.lower() if len(c.lower()) == 1 else "i" if c == "\u0130" else c


def _is_punctuation(c: str) -> bool:
    return unicodedata.category(c).startswith("P")
