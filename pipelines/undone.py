"""Resume at shard grain: the tasks of a phase are the shards that have no marker yet, the largest first."""

from __future__ import annotations

from collections.abc import Sequence

from curate.storage import exists, join, list_files
from pipelines import older, tables
from pipelines.context import Context


def undone(context: Context) -> list[tuple[int, bytes]]:
    """(shard, b"") of each shard without a marker here, the largest first so that no slot idles at the end."""
    size, done = sizes(context), finished(context)
    return [(shard, b"") for shard in sorted(size, key=lambda n: (-size[n], n)) if shard not in done]


def largest_first(context: Context, places: Sequence[int]) -> list[int]:
    """Shards of this run or places of older corpora, by their input bytes: for tasks that have no marker."""
    size: dict[int, int] = {}
    for place in places:
        if place not in size:
            run, shard = older.at(context, place)
            size |= {place - shard + n: bytes_ for n, bytes_ in sizes(run).items()}
    return sorted(places, key=lambda n: (-size[n], n))


def finished(context: Context) -> set[int]:
    """Shards that have a marker in this phase."""
    folder = join(context.folder(), "done")
    if not exists(folder):
        return set()
    names = (path.rsplit("/", 1)[-1] for path in list_files(folder))
    return {int(name.removesuffix(".json")) for name in names if name.endswith(".json")}


def sizes(context: Context) -> dict[int, int]:
    """Input bytes of each shard."""
    table = tables.shards(context).group_by("shard").aggregate([("bytes", "sum")])
    return dict(zip(table["shard"].to_pylist(), table["bytes_sum"].to_pylist(), strict=True))
