"""shards: the table that says which bytes of which file are which shard.

Files are listed anew at each start, so a changed input is seen; a shard is one piece of a large file, or small files
of one source and group filled to `shards.target` bytes, in the order of their paths. Unknown files in a folder are
ledger rows. Files are told apart by path, size and time of change; their content is not read here. All that the table
says of a piece is in the key: with another kind, group or order of the sources it is another table.
"""

from __future__ import annotations

import hashlib
from typing import Any

import pyarrow as pa

from curate.recipe import Recipe
from pipelines import ledger
from pipelines.context import Context
from pipelines.output import ShardOutput
from pipelines.runners import Engine
from schemas import LEDGER, SHARDS, uid

VERSION = 1


def settings(recipe: Recipe) -> dict[str, Any]:
    from curate.sources import find

    pieces, unknown = find(recipe)
    return {"shards": recipe.section_json("shards"), "input": _digest(pieces, unknown)}


def run(context: Context, engine: Engine) -> None:
    from curate.sources import find

    pieces, unknown = find(context.recipe)
    table = shard_table(pieces, context.recipe.shards.target)
    with ShardOutput(context, 0, VERSION) as out:
        out.parquet("shards", SHARDS.schema).write(table)
        out.counts.documents_in = 0
        out.stats["files"] = len({piece.url for piece in pieces})
        out.stats["unknown_files"] = len(unknown)
        out.stats["bytes"] = sum(piece.bytes for piece in pieces)
        if unknown:
            paths, reasons = zip(*unknown, strict=True)
            rows = ledger.rows(
                "shards",
                "remove",
                [f"unknown file: {r}" for r in reasons],
                [None] * len(paths),
                pa.array([uid(p, 0) for p in paths], pa.uint64()),
                detail=list(paths),
            )
            out.parquet("ledger", LEDGER.schema).write(rows)


def shard_table(pieces: list[Any], target: int) -> pa.Table:
    """schemas.SHARDS of sorted pieces."""
    rows: list[dict[str, Any]] = []
    shard, ordinal, filled, owner = -1, 0, 0, None
    for piece in pieces:
        if owner != (piece.source_index, piece.group, piece.source) or filled + piece.bytes > target:
            shard, ordinal, filled, owner = shard + 1, 0, 0, (piece.source_index, piece.group, piece.source)
        rows.append({"shard": shard, "piece": ordinal, **{n: getattr(piece, n) for n in SHARDS.schema.names[2:]}})
        ordinal, filled = ordinal + 1, filled + piece.bytes
    return pa.Table.from_pylist(rows, schema=SHARDS.schema)


def _digest(pieces: list[Any], unknown: list[tuple[str, str]]) -> str:
    """What is named otherwise than by paths never changes under its name, and no request is spent on it."""
    from curate.sources import KINDS
    from curate.storage import changed

    source_of = {p.url: p.source for p in pieces}  # a file that is cut has many pieces
    state = {url: "" if hasattr(KINDS[source], "pieces") else changed(url) for url, source in source_of.items()}
    seen = [(*(getattr(p, name) for name in SHARDS.schema.names[2:]), state[p.url]) for p in pieces]
    return hashlib.sha256(repr((seen, unknown)).encode()).hexdigest()[:16]
