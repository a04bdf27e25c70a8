"""frequent_lines: the lines found in more than 6 documents of each bucket of 30 M (Llama 3, section 3.1.1).

A bucket is consecutive shards of one group, filled to about `bucket` survivors, so that a task of `clean` needs one
set. A line counts once a document; blank and very short lines have hash 0 and do not count. Counting is exact, by
(bucket, hash range).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from curate.recipe import Recipe
from pipelines import flow, shuffle, tables
from pipelines.context import Context
from pipelines.output import ShardOutput, write_table
from pipelines.runners import Engine

VERSION = 3
HERE = "pipelines.phases.frequent_lines"
LINE = np.dtype([("hash", "<u8"), ("count", "<i8")])
SET = pa.schema([("hash", pa.uint64()), ("documents", pa.int64())])
COUNT_BYTES = 8


def settings(recipe: Recipe) -> dict[str, Any]:
    return {"frequent_lines": recipe.section_json("frequent_lines")}


def run(context: Context, engine: Engine) -> None:
    table = buckets(context)
    write_table(pa.table({"shard": list(table), "bucket": list(table.values())}), context.path("buckets", 0))
    if table:
        lines = sum(context.read_marker(n, "measure").stats["lines"] for n in table)
        shuffle.shuffle(
            context,
            engine,
            "counts",
            sorted(table),
            f"{HERE}:emit",
            f"{HERE}:reduce",
            total_bytes=lines * COUNT_BYTES,
            buckets=len(set(table.values())),
        )
    numbers = sorted(set(table.values()), key=lambda b: (-shuffle.size(context, "counts", b), b)) or [0]
    flow.run(context, engine, [(b, b"") for b in numbers], f"{HERE}:write")


def buckets(context: Context) -> dict[int, int]:
    """Bucket of each shard whose group the rule covers: consecutive shards of one group."""
    rule, groups = context.recipe.frequent_lines, tables.groups(context)
    if not rule:
        return {}
    result: dict[int, int] = {}
    number, filled, owner = -1, 0, None
    for shard in sorted(groups, key=lambda n: (groups[n], n)):
        if groups[shard] not in rule.groups:
            continue
        kept = context.read_marker(shard, "near_duplicates").counts.documents_kept
        if owner != groups[shard] or filled + kept > rule.bucket:
            number, filled, owner = number + 1, 0, groups[shard]
        result[shard], filled = number, filled + kept
    return result


def bucket_of(context: Context, shard: int) -> int | None:
    """The bucket that `run` gave a shard; None where its group is not covered."""
    table = tables.read(context, "buckets", 0, "frequent_lines")
    return dict(zip(table["shard"].to_pylist(), table["bucket"].to_pylist(), strict=True)).get(shard)


def emit(context: Context, shard: int, values: list[bytes]) -> Iterator[flow.Element]:
    """Each distinct line of each survivor, by (bucket, range of the hash)."""
    from curate.dedup.line_counts import once_a_document

    bucket, gone = bucket_of(context, shard), tables.removed(context, shard)
    if bucket is None:
        return
    for batch in tables.batches(context, "lines", shard, "measure", ["row", "hashes"]):
        lists = tables.standing(batch, gone)["hashes"]
        offsets = np.concatenate([[0], np.cumsum(lists.value_lengths().to_numpy())]).astype(np.int64)
        hashes = once_a_document(lists.flatten().to_numpy(), offsets)
        yield from shuffle.by_place(bucket * context.partitions + shuffle.partition_of(context, hashes), hashes)


def reduce(context: Context, place: int, values: Iterable[bytes]) -> Iterator[flow.Element]:
    from curate.dedup.line_counts import count

    unique, counts = count(np.frombuffer(b"".join(values), "<u8"))
    frequent = counts > context.recipe.frequent_lines.in_more_than
    lines = np.empty(int(frequent.sum()), LINE)
    lines["hash"], lines["count"] = unique[frequent], counts[frequent]
    yield place // context.partitions, lines.tobytes()


def write(context: Context, bucket: int, values: list[bytes]) -> Iterator[flow.Element]:
    """The sorted set of a bucket, with counts for the report."""
    lines = shuffle.read(context, "counts", bucket, LINE)
    with ShardOutput(context, bucket, VERSION) as out:
        out.parquet("set", SET).write(pa.table([lines["hash"], lines["count"]], schema=SET))
        out.stats["lines"] = len(lines)
        out.stats["occurrences"] = int(lines["count"].sum())
    yield from ()
