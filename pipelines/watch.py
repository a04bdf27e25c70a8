"""Progress of a phase by its markers: the same on every engine, since all of them write where the driver can look."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

from pipelines import tables
from pipelines.context import Context
from pipelines.progress import PhaseProgress, Progress
from pipelines.undone import finished, sizes

NOT_BY_SHARD = ("shards", "frequent_lines", "pack", "report")  # their markers number buckets or parts
SECONDS = 0.5
SECONDS_REMOTE = 10.0


@contextlib.contextmanager
def watch(progress: Progress, context: Context, why: str) -> Iterator[None]:
    """Show the phase of `context` while the block runs."""
    by_shard = context.phase not in NOT_BY_SHARD
    with progress.phase(context.phase, len(tables.shard_numbers(context)) if by_shard else 1, why) as state:
        state.shards_before, over = len(finished(context)) if by_shard else 0, threading.Event()
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
    by_shard = context.phase not in NOT_BY_SHARD
    weight = sizes(context) if by_shard else {}
    while True:
        last = over.wait(SECONDS if "://" not in context.root else SECONDS_REMOTE)
        for number in sorted(finished(context) - seen):
            seen.add(number)
            documents += context.read_marker(number).counts.documents_in
            done_bytes += weight.get(number, 0)
        state.update(len(seen) if by_shard else int(last), documents, done_bytes)
        if last:
            return
