"""How many objects a phase would leave in `work/` at another size: an object store bills and lists by them.

Counted by kind, since few kinds grow with bytes: for each shard (bucket, pack task) a marker and the files beside it,
for each key of a shuffle two files, and what a phase writes once. A kind that one shard of the sample wrote is taken as
written by all, ledgers too: at size a shard without a single removal is rare. Not counted: the two objects a shard that
each shuffle has while it lasts, and the products' links (copies, in a store).
"""

from __future__ import annotations

import json
import math
import re

from curate.storage import list_files, read_bytes
from pipelines import tables
from pipelines.classify.models import models
from pipelines.context import Context
from pipelines.phases.pack import TASK_TOKENS
from pipelines.shuffle import partitions

OF_A_SHUFFLE = 3  # done.json, index.bin, keys.bin
OF_A_KEY = 2  # its records and their index
OF_A_STEP = 2  # of a classifier, for a shard: its scores and their marker
BY_SHARD = ("estimates", "shingles")  # steps whose keys are shards
BY_LANGUAGE = ("references",)  # whose keys are pairs of group and language: as many as the sample has
NUMBER = re.compile(r"-\d+\.\w+$|category=[^/]*/")


def objects(context: Context, name: str, factor: float, shards: int) -> int:
    """Objects of phase `name` in a run of `shards` shards and `factor` times the input of the finished `context`."""
    paths = [path.removeprefix(context.folder(name) + "/") for path in list_files(context.folder(name))]
    outputs = {output.path for output in context.manifest(name).outputs}
    steps = shuffled(context, name)
    in_tasks = ("done/", *(f"{step}/" for step in steps))
    once = sum(path not in outputs and not path.startswith(in_tasks) for path in paths)
    kinds = {NUMBER.sub("", path) for path in outputs}
    tasks = _tasks(context, name, factor, shards)
    buckets = tasks if name == "frequent_lines" else 1
    of_shuffles = sum(_of_shuffle(step, paths, round(size * factor), shards, buckets) for step, size in steps.items())
    scored = sum(OF_A_STEP * len(model.steps) for model in models(context)) if name == "score" else 0
    return once + tasks * (1 + len(kinds) + scored) + of_shuffles


def shuffled(context: Context, name: str) -> dict[str, int]:
    """Bytes that each shuffle of a phase moved, by step."""
    folder = context.folder(name)
    done = [path for path in list_files(folder) if path.endswith("/done.json")]
    return {path.split("/")[-2]: int(json.loads(read_bytes(path)).get("bytes", 0)) for path in done}


def _tasks(context: Context, name: str, factor: float, shards: int) -> int:
    """How many tasks of the phase leave a marker."""
    if name in ("shards", "report"):
        return 1 if name == "shards" else 0
    if name == "frequent_lines":
        return min(shards, _buckets(context, factor))
    if name != "pack":
        return shards
    found: dict[str, int] = {}
    for number in tables.shard_numbers(context):
        for category, amounts in context.read_marker(number, "mix").stats["categories"].items():
            found[category] = found.get(category, 0) + amounts[2]
    return sum(min(shards, math.ceil(tokens * factor / TASK_TOKENS)) for tokens in found.values() if tokens)


def _buckets(context: Context, factor: float) -> int:
    """Buckets of frequent lines: of the documents that came to it, in the groups that the rule covers."""
    rule = context.recipe.frequent_lines
    covered = tables.read(context, "buckets", 0, "frequent_lines")["shard"].to_pylist()
    if not rule or not covered:
        return 1  # an empty set
    kept = sum(context.read_marker(shard, "near_duplicates").counts.documents_kept for shard in covered)
    return max(1, math.ceil(kept * factor / rule.bucket))


def _of_shuffle(step: str, paths: list[str], total_bytes: int, shards: int, buckets: int = 1) -> int:
    if step in BY_LANGUAGE:
        return sum(path.startswith(f"{step}/") for path in paths)
    keys = shards if step in BY_SHARD else buckets * partitions(total_bytes // buckets)
    return OF_A_SHUFFLE + OF_A_KEY * keys
