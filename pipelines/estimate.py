"""What a run would cost at another size, from what a run of a sample cost here.

Everything measured is scaled by bytes of input: CPU seconds of each phase, bytes in `work/` and in the products, bytes
shuffled. Shards are counted by the target a large run would use, and with them objects. What does not scale so is
said: verified pairs grow faster than the input where a crawl repeats itself, so a sample (which sees few of the copies)
under-counts them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from curate.storage import exists, join, list_files, read_bytes, size
from pipelines.books import phase_counts
from pipelines.context import Context
from schemas import Manifest

LARGE_SHARD = 1_000_000_000  # bytes of input: what the design plans for
BASE_OBJECTS = 2  # a marker, and on average about one ledger file, a shard and phase


@dataclass(frozen=True)
class PhaseCost:
    """One phase at the size that was asked for."""

    phase: str
    core_hours: float
    scratch_bytes: int
    shuffle_bytes: int
    objects: int


@dataclass(frozen=True)
class Estimate:
    """A run of `input_bytes`, scaled from `sample_bytes`."""

    input_bytes: int
    sample_bytes: int
    documents: int
    tokens: int
    phases: tuple[PhaseCost, ...]
    product_bytes: int
    worker_bytes: int
    shards: int

    @property
    def core_hours(self) -> float:
        return sum(phase.core_hours for phase in self.phases)

    @property
    def scratch_bytes(self) -> int:
        return sum(phase.scratch_bytes for phase in self.phases)


def estimate(context: Context, input_bytes: int) -> Estimate:
    """Scale the finished run of `context` (its phases known by their keys) to `input_bytes` of the same kind."""
    sample = int(context.read_marker(0, "shards").stats["bytes"])
    if not sample:
        raise ValueError("the sample run read no input, so there is nothing to scale; give a larger --calibrate")
    factor = input_bytes / sample
    shards = max(1, round(input_bytes / LARGE_SHARD))
    phases = tuple(_phase(context, name, factor, shards) for name, _ in context.keys)
    products = sum(size(p) for name in ("text", "tokens") for p in list_files(join(context.root, name)))
    kept = phase_counts(context, "mix")
    worker = max(int(context.manifest(name).facts["peak_bytes_of_a_worker"]) for name, _ in context.keys)
    return Estimate(
        input_bytes,
        sample,
        round(kept.documents_kept * factor),
        round(kept.tokens_kept * factor),
        phases,
        round(products * factor),
        worker,
        shards,
    )


def _phase(context: Context, name: str, factor: float, shards: int) -> PhaseCost:
    manifest = context.manifest(name)
    folder = context.folder(name)
    scratch = sum(size(path) for path in list_files(folder)) if name != "pack" else 0  # pack's files are the products
    hours = float(manifest.facts["cpu_seconds"]) * factor / 3600
    objects = shards * (BASE_OBJECTS + _files_a_shard(manifest)) if name not in ("shards", "report") else 1
    return PhaseCost(name, hours, round(scratch * factor), round(_shuffled(folder) * factor), objects)


def _files_a_shard(manifest: Manifest) -> int:
    """Kinds of files that a shard of the phase writes besides its marker and ledger."""
    kinds = {output.path.rsplit("/", 1)[-1].rsplit("-", 1)[0] for output in manifest.outputs}
    return len(kinds - {"ledger"})


def _shuffled(folder: str) -> int:
    """Bytes that the phase's shuffles moved."""
    markers = [path for path in list_files(folder) if path.endswith("/done.json") and exists(path)]
    return sum(int(json.loads(read_bytes(path)).get("bytes", 0)) for path in markers)
