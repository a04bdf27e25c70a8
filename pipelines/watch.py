"""Progress of a phase by its markers: the same on every engine, since all of them write where the driver can look."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

from pipelines import tables
from pipelines.context import Context
from pipelines.progress import PhaseProgress, Progress
from pipelines.undone import finished, sizes

SECONDS = 0.5
SECONDS_REMOTE = 10.0


@contextlib.contextmanager
def watch(progress: Progress, context: Context, why: str) -> Iterator[None]:
    """Show the phase of `context` while the block runs."""
    numbers = [] if context.phase == "shards" else tables.shard_numbers(context)
    with progress.phase(context.phase, len(numbers), why) as state:
        state.shards_before, over = len(finished(context)), threading.Event()
        thread = threading.Thread(target=_look, args=(context, state, over), daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


def _look(context: Context, state: PhaseProgress, over: threading.Event) -> None:
    """Read each new marker once and show the totals."""
    seen: set[int] = set()
    documents = done_bytes = 0
    weight = sizes(context) if context.phase != "shards" else {}
    while True:
        last = over.wait(SECONDS if "://" not in context.root else SECONDS_REMOTE)
        for number in sorted(finished(context) - seen):
            seen.add(number)
            documents += context.read_marker(number).counts.documents_in
            done_bytes += weight.get(number, 0)
        state.update(len(seen), documents, done_bytes)
        if last:
            return
