"""Numbers of things in what people read: `1 file`, `1,234 files`; and of many names the first."""

from collections.abc import Sequence


def counted(count: int, noun: str) -> str:
    """`noun` in the singular, of those whose plural ends in s."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def first(names: Sequence[str], most: int = 3) -> str:
    """`a, b and c`, or the first of them and how many more: `a, b and 5 more`."""
    if len(names) > most:
        names = [*names[: most - 1], f"{len(names) - most + 1:,} more"]
    return " and ".join([*([", ".join(names[:-1])] if len(names) > 1 else []), *names[-1:]])
