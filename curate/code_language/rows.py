"""Tables that are written as text: a row a line, what stands before its colon, then words."""

from __future__ import annotations


def by_name(table: str) -> dict[str, str]:
    """What each word stands behind."""
    return {name: language for language, names in rows(table) for name in names.split()}


def rows(table: str) -> list[tuple[str, str]]:
    cut = (line.partition(": ") for line in table.split("\n") if line)
    return [(first, rest) for first, _, rest in cut]
