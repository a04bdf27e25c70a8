"""The books of a run: in each phase in = kept + removed, and what one phase kept is what the next one took in."""

from __future__ import annotations

import itertools

from curate.errors import BooksDoNotBalance
from pipelines import tables
from pipelines.context import Context
from schemas import Counts

LINE = (
    "urls",
    "extract",
    "filter",
    "near_duplicates",
    "clean",
    "select",
    "mix",
)  # phases that take documents in and let go


def phase_counts(context: Context, phase: str) -> Counts:
    """Counts of a phase, added over its shards."""
    return sum((context.read_marker(n, phase).counts for n in tables.shard_numbers(context)), Counts())


def balance(context: Context) -> dict[str, Counts]:
    """Counts by phase. Raises BooksDoNotBalance, naming phase and unit."""
    books = {phase: phase_counts(context, phase) for phase in LINE}
    wrong = [f"{phase}: {what}" for phase, counts in books.items() for what in counts.unbalanced()]
    for before, after in itertools.pairwise(LINE):
        kept, taken = books[before], books[after]
        for unit in ("documents", "chars", "tokens"):
            a, b = getattr(kept, f"{unit}_kept"), getattr(taken, f"{unit}_in")
            if a != b and (a or unit == "documents"):
                wrong.append(f"{after}: {b} {unit} in, but {before} kept {a}")
    if wrong:
        raise BooksDoNotBalance("the books do not balance: " + "; ".join(wrong))
    return books
