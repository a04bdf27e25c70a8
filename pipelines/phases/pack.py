"""pack: the finished documents as text, and as packed token sequences, by category.

A task owns one category and a group of consecutive shards, filled to about 8 M tokens; within it documents come in the
order of hash(seed, uid, copy), so that a shard mixes its inputs. The trainer's loader does the global shuffle. Larger
single shards are packed as they are: the group is never split.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from curate.recipe import Recipe
from curate.storage import exists, join
from pipelines import flow, tables
from pipelines.context import Context
from pipelines.output import ShardOutput
from pipelines.packing import write_text, write_tokens
from pipelines.runners import Engine
from pipelines.told import tell, told

VERSION = 7  # 4: licences by name; 5: tokens in them; 6: scores; 7: row groups of books
TASK_TOKENS = 1 << 23


def settings(recipe: Recipe) -> dict[str, Any]:
    return {"pack": recipe.section_json("pack")}


def run(context: Context, engine: Engine) -> None:
    planned = tasks(context)
    tell(context, "tasks", planned)
    missing = [(n, b"") for n in range(len(planned)) if not exists(context.marker(n))]
    missing.sort(key=lambda element: -sum(planned[element[0]][3]))
    flow.run(context, engine, missing, "pipelines.phases.pack:pack")
    if not exists(join(context.folder(), "tokens", "vocabulary.json")):
        _write_vocabulary(context)


def tasks(context: Context) -> list[tuple[str, int, list[int], list[int]]]:
    """(category, part, shards, their tokens) of each task; the same list for every caller."""
    totals = {n: context.read_marker(n, "mix").stats["categories"] for n in tables.shard_numbers(context)}
    result: list[tuple[str, int, list[int], list[int]]] = []
    for category in sorted({c for of in totals.values() for c in of}):
        part = 0
        for shard in sorted(totals):
            tokens = totals[shard].get(category, [0, 0, 0])[2]
            if not tokens:
                continue
            last = result[-1] if result and result[-1][0] == category else None
            if last and sum(last[3]) + tokens <= TASK_TOKENS:
                last[2].append(shard)
                last[3].append(tokens)
            else:
                result.append((category, part, [shard], [tokens]))
                part += 1
    return result


def pack(context: Context, number: int, values: list[bytes]) -> Iterator[flow.Element]:
    category, part, shards, tokens = told(context, "tasks")[number]
    with ShardOutput(context, number, VERSION) as out:
        documents, languages = write_text(context, out, category, part, shards)
        for length in context.recipe.pack.lengths:
            packed = write_tokens(context, out, category, part, shards, length)
            if packed["tokens"] != packed["documents"] + sum(tokens):
                raise ValueError(
                    f"pack: {category} part {part} at {length}: {packed} does not hold {sum(tokens)} tokens"
                )
            out.stats[f"packed {length}"] = packed
        out.counts.documents_in = out.counts.documents_kept = documents
        out.counts.tokens_in = out.counts.tokens_kept = sum(tokens)
        out.stats["category"], out.stats["languages"] = category, languages
    yield from ()


def _write_vocabulary(context: Context) -> None:
    import os
    import tempfile

    from curate.storage import put
    from pipelines.tokens import tokenizer

    with tempfile.TemporaryDirectory() as scratch:
        tokenizer(context.recipe).write(scratch)
        for name in sorted(os.listdir(scratch), key=lambda name: name == "vocabulary.json"):
            put(os.path.join(scratch, name), join(context.folder(), "tokens", name))
