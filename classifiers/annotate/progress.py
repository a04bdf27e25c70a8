"""A bar of documents and of what they cost, on a terminal; nothing elsewhere, where a log has the last line alone."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator

from classifiers.annotate.budget import Spent

Told = Callable[[int], None]


@contextlib.contextmanager
def bar(what: str, total: int, spent: Spent) -> Iterator[Told]:
    """Call what it yields with the number of documents done so far."""
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description:<28}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[spent]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        row = bars.add_task(what, total=total, spent="")
        yield lambda done: bars.update(row, completed=done, spent=told(spent))


def told(spent: Spent) -> str:
    """`12,345 tokens, $0.12`."""
    return f"{spent.tokens:,} tokens" + (f", ${spent.usd:,.2f}" if spent.cost else "")
