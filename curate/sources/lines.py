"""Lines of a stream with their offsets, holding one chunk and at most one line's limit in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def lines(chunks: Iterable[bytes], limit: int, start: int = 0) -> Iterator[tuple[int, bytes | None]]:
    """(offset, line without its newline) in order; None in place of a line longer than `limit`.

    If `chunks` raises, every line before the break has been yielded, and the unfinished one is not.
    """
    held: list[bytes] = []
    length = 0  # of the unfinished line, also where it is too long to be held
    offset = start
    for chunk in chunks:
        *complete, rest = chunk.split(b"\n")
        for line in complete:
            length += len(line)
            yield offset, b"".join([*held, line]) if length <= limit else None
            offset += length + 1
            held, length = [], 0
        length += len(rest)
        held = [*held, rest] if length <= limit else []
    if length:
        yield offset, b"".join(held) if length <= limit else None
