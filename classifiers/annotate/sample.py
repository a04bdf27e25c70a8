"""A stratified sample of a corpus: the documents that a judge is asked about, each with what it stands for.

Facts of documents are read shard by shard; no text until a document is chosen. At most POOL documents are held at a
time, the ones of least hash, whatever the size of the corpus (see `design` for why sums stay unbiased).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import xxhash

from classifiers.annotate import design, eligible
from classifiers.annotate.eligible import Eligible
from classifiers.annotate.strata import merged, signals, strata
from classifiers.rows import by_uid
from classifiers.task import Sampling, Task
from curate.errors import UserError
from schemas.labels import LABELS

POOL = 1_000_000  # documents held
ANSWERED = ("answer", "judge", "prompt", "reason", "tokens")  # what a sample does not have yet
SAMPLE = pa.schema([field for field in LABELS.schema if field.name not in ANSWERED])


def sample(corpus_path: str, task: Task, documents: int, seed: int) -> pa.Table:
    """`documents` of a finished corpus (all where it has fewer) as SAMPLE, in order of uid: text and weight of each."""
    sampling = task.sampling
    found = eligible.of(corpus_path, sampling.groups, signals(sampling))
    pool = Pool(sampling, documents, seed)
    for shard in found.shards():
        pool.add(shard)
    if not pool.seen:
        groups = "any group" if sampling.groups == "all" else " or ".join(sampling.groups)
        raise UserError(f"{corpus_path}: has no documents of {groups} with text; see `sampling.groups` of the task.")
    candidates, weights = pool.capped()
    numbers, names = merged(*strata(candidates, sampling), documents)
    takes = design.allocate(np.bincount(numbers, minlength=len(names)), documents, sampling.evenness)
    chosen, factors = design.stratified(candidates["uid"].to_numpy(), numbers, takes, seed)
    named = [names[number] for number in numbers[chosen]]
    return with_texts(found, candidates.take(pa.array(chosen)), named, weights[chosen] * factors)


class Pool:
    """The documents of least hash among those added."""

    def __init__(self, sampling: Sampling, documents: int, seed: int, most: int = POOL):
        self.seen, self._held = 0, list[pa.Table]()
        self._sampling, self._documents, self._seed = sampling, documents, seed
        self._most = max(most, 20 * documents)

    def add(self, shard: pa.Table) -> None:
        """Documents as `Eligible.shards` gives them."""
        kept = ["uid", "file", "at", "group", "language", "chars", *signals(self._sampling)]
        keys = [xxhash.xxh3_64_intdigest(key.encode("utf-8", "replace")) for key in shard["key"].to_pylist()]
        self._held.append(shard.select(kept).append_column("key", pa.array(keys, pa.uint64())))
        self.seen += len(shard)
        if sum(map(len, self._held)) > 2 * self._most:
            self._held = [self._least()]

    def capped(self) -> tuple[pa.Table, np.ndarray]:
        """What is left of it with few documents of each key, and what each stands for."""
        pool = self._least()
        uids, keys = pool["uid"].to_numpy(), pool["key"].to_numpy()
        index, weights = design.capped(uids, keys, self._sampling.per_host, self._documents, self._seed)
        return pool.take(pa.array(index)), weights * (self.seen / max(len(pool), 1))

    def _least(self) -> pa.Table:
        pool = pa.concat_tables(self._held)
        return pool.take(pa.array(design.least(pool["uid"].to_numpy(), self._seed, self._most)))


def with_texts(found: Eligible, chosen: pa.Table, names: Iterable[str], weights: np.ndarray) -> pa.Table:
    """The chosen documents as SAMPLE, in order of uid, their text read file by file."""
    drawn = pa.table({"stratum": pa.array(list(names), pa.string()), "weight": pa.array(weights, pa.float64())})
    files, at = chosen["file"].to_numpy(), chosen["at"].to_numpy()
    parts = []
    for number in np.unique(files):
        mine = np.flatnonzero(files == number)
        mine = mine[np.argsort(at[mine])]
        texts = found.read(int(number), at[mine])
        for name in drawn.column_names:
            texts = texts.append_column(name, drawn[name].take(pa.array(mine)))
        parts.append(texts.select(SAMPLE.names).cast(SAMPLE))
    return by_uid(pa.concat_tables(parts)) if parts else SAMPLE.empty_table()
