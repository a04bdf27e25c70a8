"""What a run knows of the older corpora that its recipe is `against`: where they lie, what stands there, what went.

A *place* is a shard of any of them, corpus << 23 | shard: the upper half of an id. The i-th entry of `against` is
corpus i+1, the run's own is corpus 0, so of the run's own shards the place is the number. Tasks and destinations of a
shuffle are places, and `at` says for each which run directory and which shard it is. An older corpus is only read: its
tables of `urls` and its sketches as if they were the run's own, its text where exact shingles decide.

Its phases before `near_duplicates` are what the run's own documents have passed too; what that phase removed there is
told by `fates`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow.compute as pc

from curate.errors import RunStopped
from curate.recipe.reading import resolved
from curate.storage import exists, join, read_bytes
from pipelines import tables
from pipelines.context import Context
from pipelines.told import tell, told
from schemas import Counts, corpora_of, make_ids, rows_of
from schemas.identity import IN_ITS_CORPUS, ROW_BITS, SHARD_BITS

READ = ("shards", "urls", "extract", "measure", "filter", "near_duplicates")


@dataclass(frozen=True)
class Fates:
    """Documents of a place that near_duplicates removed there, by id: the keeper, or itself where no one knows it."""

    ids: np.ndarray
    keepers: np.ndarray
    similarity: np.ndarray


def places(context: Context) -> list[int]:
    """The places of all older corpora, in order."""
    found = []
    for corpus, path in enumerate(context.recipe.against, 1):
        found += [corpus << SHARD_BITS | shard for shard in tables.shard_numbers(opened(path))]
    return found


def at(context: Context, place: int) -> tuple[Context, int]:
    """The run and the shard of a place."""
    corpus, shard = place >> SHARD_BITS, place & ((1 << SHARD_BITS) - 1)
    return (opened(context.recipe.against[corpus - 1]) if corpus else context), shard


def ids(place: int, rows: np.ndarray) -> np.ndarray:
    """int64 ids of rows of a place."""
    return make_ids(place & ((1 << SHARD_BITS) - 1), rows, place >> SHARD_BITS)


def counts(context: Context, phase: str) -> Counts:
    """The books of a phase, added over the older corpora."""
    return sum((opened(path).manifest(phase).counts for path in context.recipe.against), Counts())


def remember(context: Context) -> None:
    """Put on record which corpora the numbers in the ids of this run stand for: by the digests of their products."""
    tell(context, "against", json.loads(context.recipe.section_json("against")))


def check_unchanged(context: Context) -> None:
    """RunStopped where an older corpus is no longer the one that `urls` read: half of each would be neither."""
    known = told(context, "against", "urls") if context.recipe.against else []
    for number, (path, digest) in enumerate(zip(context.recipe.against, known, strict=True)):
        manifest = join(path, "manifest.json")  # gone while products are laid out
        if not exists(manifest) or json.loads(read_bytes(manifest))["root"] != digest:
            raise RunStopped(
                f"against[{number}]: {path} was made anew while this run was under way; "
                "give the same command again once that is finished"
            )


def fates(context: Context, place: int) -> Fates:
    """What near_duplicates removed of an older place, in this run's ids; nothing yet of the run's own."""
    run, shard = at(context, place)
    if place >> SHARD_BITS == 0 or not tables.has(run, "ledger", shard):
        return Fates(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32))
    gone = tables.read(run, "ledger", shard, columns=["id", "action", "keeper", "similarity"])
    gone = gone.filter(pc.equal(gone["action"], "remove")).sort_by("id")
    removed = ids(place, rows_of(gone["id"].to_numpy()))
    keepers = _renumbered(context, run, place >> SHARD_BITS, gone["keeper"].to_numpy())
    unknown = keepers < 0
    similarity = np.where(unknown, 1, gone["similarity"].to_numpy()).astype(np.float32)
    return Fates(removed, np.where(unknown, removed, keepers), similarity)


def opened(path: str) -> Context:
    """An older run as the context of its near_duplicates: what that phase read, and what it decided."""
    facts, recipe = read_bytes(join(path, "facts.json")), read_bytes(join(path, "recipe.yaml"))
    return _opened(path, facts, recipe)


@lru_cache(128)
def _opened(path: str, facts: bytes, recipe: bytes) -> Context:
    known: dict[str, str] = json.loads(facts)["phases"]
    keys = tuple((phase, known[phase]) for phase in READ)
    return Context(path, resolved(recipe.decode(), join(path, "recipe.yaml")), keys, "near_duplicates")


def _renumbered(context: Context, run: Context, corpus: int, keepers: np.ndarray) -> np.ndarray:
    """Ids of the older run `run` as ids of this one; -1 in corpora that only that one knew."""
    theirs = told(run, "against", "urls") if run.recipe.against else []
    mine = told(context, "against", "urls")
    numbers = np.array([corpus, *(mine.index(digest) + 1 if digest in mine else -1 for digest in theirs)], np.int64)
    number, low = numbers[corpora_of(keepers)], keepers & IN_ITS_CORPUS
    return np.where(number < 0, -1, number << (SHARD_BITS + ROW_BITS) | low)
