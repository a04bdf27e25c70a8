"""What a recipe would do, before it does it: shape, steps, what is read how often, memory, FLOPs.

Every check of recipe, shards and mesh is made, so that what would be refused by the first rank is refused here.
"""

from __future__ import annotations

from collections.abc import Iterator

from trainer import flops
from trainer.config import ModelConfig
from trainer.data.footers import Source
from trainer.data.mix import weights
from trainer.data.plan import opened
from trainer.kernels.names import NAMES, insisted, refused
from trainer.memory import of_rank
from trainer.metrics.mfu import PEAKS
from trainer.parallel.checks import check, data_ranks
from trainer.recipe import Stage, TrainingRecipe
from trainer.shapes import shape

H100 = dict(PEAKS)["H100"]
UTILISATION = 0.4  # what Llama 3 405B had: 38 to 43 % (Grattafiori et al. 2024, table 4)


def lines(recipe: TrainingRecipe, world: int, count: int | None = None) -> Iterator[str]:
    """The plan for `world` ranks, a line at a time, of the first `count` stages. TrainingError names what could not
    work."""
    stages = recipe.stages[:count]
    shards = opened(recipe, Source.of(recipe.corpora, recipe.cache, recipe.cache_size))
    config = shape(recipe, shards[stages[0].length].vocabulary.size)
    check(recipe.parallel, config, stages, world)
    insisted(recipe.kernels, refused(config.head_dim))
    counted = flops.parameters(config)
    yield f"model   {counted.total:,} parameters, {counted.multiplied:,} of them multiplied by every token"
    total = 0.0
    for at, stage in enumerate(stages):
        rows = shards[stage.length].rows
        tokens = stage.steps * stage.batch
        total += tokens * flops.per_token(config, stage.length).causal
        yield (
            f"stage {at} {stage.steps:,} steps of {stage.rows:,} rows of {stage.length:,} tokens: "
            f"{tokens:,} tokens{', annealing' if stage.anneal else ''}"
        )
        yield from _streams(stage, rows, f"stages.{at}")
    yield from _memory(recipe, max(stages, key=lambda stage: stage.length), config, world)
    seconds = total / (world * H100 * UTILISATION)
    time = f"{seconds / 86_400:,.3g} days" if seconds > 8640 else f"{seconds:,.3g} seconds"
    yield (
        f"work    {total:.3g} FLOPs (causal); {time} of {world:,} H100 at {UTILISATION:.0%} of "
        "their peak, if that is what they are"
    )


def _streams(stage: Stage, rows: dict[str, int], where: str) -> Iterator[str]:
    parts = weights(stage.mix, rows, where)
    whole = sum(parts.values())
    for name, part in parts.items():
        drawn = stage.steps * stage.rows * part / whole
        epochs = f"{drawn:>14,.0f} rows of {rows[name]:>14,}: {drawn / rows[name]:.2f} epochs"
        yield f"          {name:32} {part / whole:6.1%}  {epochs}"


def _memory(recipe: TrainingRecipe, longest: Stage, config: ModelConfig, world: int) -> Iterator[str]:
    moment = 2 if recipe.optimizer.states == "bf16" else 4
    microbatches = longest.rows // data_ranks(recipe.parallel, world) // recipe.parallel.microbatch
    fused = _fused(recipe, config)
    for rank in sorted({0, recipe.parallel.pipeline - 1}):
        of = of_rank(
            config,
            recipe.parallel,
            world,
            longest.length,
            bf16=recipe.precision != "fp32",
            moment=moment,
            microbatches=microbatches,
            rank=rank,
            fused=fused,
        )
        where = "" if recipe.parallel.pipeline == 1 else f", rank {rank} of the pipeline"
        where += ", Triton's kernels" if fused else ", plain PyTorch's kernels"
        parts = ", ".join(f"{name} {getattr(of, name) / 1e9:.2f}" for name in _PARTS)
        yield f"memory  {of.total / 1e9:.2f} GB a rank{where}: {parts}"


def _fused(recipe: TrainingRecipe, config: ModelConfig) -> bool:
    """Whether activations are reckoned as Triton's kernels keep them: where all of them would be, on a GPU."""
    keeping = set(NAMES) - {"adamw", "grad_norm"}
    some = any(recipe.kernels[name] == "reference" or refused(config.head_dim).get(name) for name in keeping)
    return recipe.precision != "fp32" and not some


_PARTS = ("weights", "gradients", "moments", "gathered", "activations", "working")
