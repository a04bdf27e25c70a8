"""Numbers of things in what people read: `1 file`, `1,234 files`."""


def counted(count: int, noun: str) -> str:
    """`noun` in the singular, of those whose plural ends in s."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
