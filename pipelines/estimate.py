"""What a run would cost at another size, from what a run of a sample cost here.

CPU seconds of each phase, bytes in `work/` and in the products, bytes shuffled are scaled by bytes of input. Shards are
cut by the recipe's `shards.target`, and objects counted from them. Memory of a worker is not scaled: it follows the
shard, so the sample should hold a whole one. Transformers run outside of the tasks whose CPU seconds are counted; a run
of the sample says how long they take. What does not scale so is said: verified pairs grow faster than the input
where a crawl repeats itself, so a sample (which sees few of the copies) under-counts them.
"""

from __future__ import annotations

from dataclasses import dataclass

from curate.storage import join, list_files, size
from pipelines import tables
from pipelines.books import phase_counts
from pipelines.classify.models import models
from pipelines.context import Context
from pipelines.estimated_objects import objects, shuffled


@dataclass(frozen=True)
class PhaseCost:
    """One phase at the size that was asked for; the memory is what its largest task took in the sample."""

    phase: str
    core_hours: float
    scratch_bytes: int
    shuffle_bytes: int
    objects: int
    worker_bytes: int


@dataclass(frozen=True)
class Estimate:
    """A run of `input_bytes`, scaled from `sample_bytes`; `shard_bytes` is the recipe's target, `sample_shards` how
    many the sample had.
    """

    input_bytes: int
    sample_bytes: int
    documents: int
    tokens: int
    phases: tuple[PhaseCost, ...]
    product_bytes: int
    shards: int
    shard_bytes: int
    sample_shards: int

    @property
    def core_hours(self) -> float:
        return sum(phase.core_hours for phase in self.phases)

    @property
    def scratch_bytes(self) -> int:
        return sum(phase.scratch_bytes for phase in self.phases)

    @property
    def shuffle_bytes(self) -> int:
        return sum(phase.shuffle_bytes for phase in self.phases)

    @property
    def objects(self) -> int:
        return sum(phase.objects for phase in self.phases)

    @property
    def worker_bytes(self) -> int:
        return max(phase.worker_bytes for phase in self.phases)


def estimate(context: Context, input_bytes: int) -> Estimate:
    """Scale the finished run of `context` (its phases known by their keys) to `input_bytes` of the same kind."""
    sample = int(context.read_marker(0, "shards").stats["bytes"])
    if not sample:
        raise ValueError("the sample run read no input, so there is nothing to scale; give a larger --calibrate")
    factor, target = input_bytes / sample, context.recipe.shards.target
    shards = max(1, round(input_bytes / target))
    products = sum(size(p) for name in ("text", "tokens") for p in list_files(join(context.root, name)))
    kept = phase_counts(context, "mix")
    return Estimate(
        input_bytes,
        sample,
        round(kept.documents_kept * factor),
        round(kept.tokens_kept * factor),
        tuple(_phase(context, name, factor, shards) for name, _ in context.keys),
        round(products * factor),
        shards,
        target,
        len(tables.shard_numbers(context)),
    )


def _phase(context: Context, name: str, factor: float, shards: int) -> PhaseCost:
    facts, folder = context.manifest(name).facts, context.folder(name)
    scratch = sum(size(path) for path in list_files(folder)) if name != "pack" else 0  # pack's files are the products
    if name == "score":
        scratch += sum(size(path) for model in models(context) for path in list_files(model.folder))
    return PhaseCost(
        name,
        float(facts["cpu_seconds"]) * factor / 3600,
        round(scratch * factor),
        round(sum(shuffled(context, name).values()) * factor),
        objects(context, name, factor, shards),
        int(facts["peak_bytes_of_a_worker"]),
    )
