"""The books of a run: in each phase in = kept + removed, and what one phase kept is what the next one took in."""

from __future__ import annotations

import itertools

from curate.errors import BooksDoNotBalance
from pipelines import tables
from pipelines.context import Context
from schemas import Counts

# Phases that take documents in, in order, and the phase from which each unit is counted.
LINE = ("urls", "extract", "measure", "filter", "near_duplicates", "clean", "score", "select", "mix")
COUNTED_FROM = {"documents": "urls", "chars": "extract", "tokens": "clean"}


def phase_counts(context: Context, phase: str) -> Counts:
    """Counts of a phase, added over its shards."""
    return sum((context.read_marker(n, phase).counts for n in tables.shard_numbers(context)), Counts())


def balance(context: Context) -> dict[str, Counts]:
    """Counts by phase. Raises BooksDoNotBalance, naming phase and unit."""
    books = {phase: phase_counts(context, phase) for phase in LINE}
    wrong = [f"{phase}: {what}" for phase, counts in books.items() for what in counts.unbalanced()]
    for unit, first in COUNTED_FROM.items():
        for before, after in itertools.pairwise(LINE[LINE.index(first) :]):
            kept, taken = getattr(books[before], f"{unit}_kept"), getattr(books[after], f"{unit}_in")
            if kept != taken:
                wrong.append(f"{after}: {taken} {unit} in, but {before} kept {kept}")
    if wrong:
        raise BooksDoNotBalance("the books do not balance: " + "; ".join(wrong))
    return books
