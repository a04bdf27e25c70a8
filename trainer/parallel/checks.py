"""Does the mesh divide what it is to share out? One sentence before the first step, naming the field and what to do.

No torch here: a recipe and a launch preset are checked where they are written, not only where they run.
"""

from __future__ import annotations

from collections.abc import Sequence

from trainer.config import ModelConfig
from trainer.errors import TrainingError
from trainer.recipe import Parallel, Stage


def data_ranks(parallel: Parallel, world: int) -> int:
    """The ranks of data parallelism, of `world` ranks in all."""
    each = parallel.tensor * parallel.context * parallel.pipeline
    if world % each:
        raise TrainingError(
            f"parallel: {world} ranks are not a multiple of tensor x context x pipeline ({parallel.tensor} x "
            f"{parallel.context} x {parallel.pipeline} = {each}); start {_near(world, each)}, or change one of them"
        )
    if parallel.data and parallel.data * each != world:
        raise TrainingError(
            f"parallel.data: {parallel.data} x {each} (tensor x context x pipeline) is not {world} ranks; "
            "write 0 to take what is left"
        )
    return world // each


STAGES_A_RANK = {"1f1b": 1, "interleaved": 2}


def stages_of(parallel: Parallel) -> int:
    """The stages of the pipeline; more than two a rank would shorten the bubble further, and send more often."""
    return parallel.pipeline * STAGES_A_RANK[parallel.schedule] if parallel.pipeline > 1 else 1


def check(
    parallel: Parallel,
    config: ModelConfig,
    stages: Sequence[Stage],
    world: int,
    begin: int = 0,
    end: int | None = None,
) -> None:
    """TrainingError says the first thing that does not divide; of the stages that have steps in [begin, end).

    A recipe may hold stages that another mesh is for: 128 K tokens want context parallelism that 8 K do not.
    """
    data = data_ranks(parallel, world)
    check_model(parallel, config)
    first = 0
    for at, stage in enumerate(stages):
        last = first + stage.steps
        if last > begin and (end is None or first < end):
            _check_stage(parallel, stage, f"stages.{at}", data)
        first = last


def check_model(parallel: Parallel, config: ModelConfig) -> None:
    """What ranks share of the model, its widths and its layers."""
    _check_tensor(parallel.tensor, config)
    _check_pipeline(parallel, config)


def _check_tensor(tensor: int, config: ModelConfig) -> None:
    widths = {
        "heads": config.heads,
        "kv_heads": config.kv_heads,
        "ffn_dim": config.ffn_dim,
        "vocab_size": config.vocab_size,
    }
    for name, width in widths.items():
        if width % tensor:
            raise TrainingError(
                f"parallel.tensor: the model's {name} ({width}) is not a multiple of {tensor}; choose a divisor of it"
                + (", or pad the vocabulary in model.vocab_size" if name == "vocab_size" else "")
            )


def _check_pipeline(parallel: Parallel, config: ModelConfig) -> None:
    if parallel.pipeline == 1:
        return
    if config.tied_embeddings:
        raise TrainingError(
            "parallel.pipeline: the model's embeddings are tied, and its first and last stage would share one weight; "
            "set model.tied_embeddings to false, or pipeline to 1"
        )
    if config.layers < parallel.pipeline:
        raise TrainingError(
            f"parallel.pipeline: {config.layers} layers are fewer than {parallel.pipeline} stages; "
            f"set it to {config.layers} at most"
        )
    if parallel.schedule == "interleaved" and config.layers < 2 * parallel.pipeline:
        raise TrainingError(
            f"parallel.schedule: interleaved takes two stages a rank, and {config.layers} layers are fewer than "
            f"{2 * parallel.pipeline}; write 1f1b"
        )


def _check_stage(parallel: Parallel, stage: Stage, name: str, data: int) -> None:
    parts = (2 * parallel.context if parallel.context > 1 else 1) * parallel.tensor
    if stage.length % parts:
        raise TrainingError(
            f"{name}.length: {stage.length} tokens are not a multiple of {parts}, the parts that context "
            f"({parallel.context}, twice) and tensor ({parallel.tensor}) parallelism make of a row; change one of them"
        )
    together = data * parallel.microbatch
    if stage.rows % together:
        raise TrainingError(
            f"{name}.batch: {stage.rows} rows a step are not a multiple of {together}, {data} data-parallel ranks x "
            f"parallel.microbatch {parallel.microbatch}; change batch, microbatch or the number of ranks"
        )
    microbatches = stage.rows // together
    if parallel.pipeline > 1 and microbatches < parallel.pipeline:
        raise TrainingError(
            f"{name}.batch: {microbatches} microbatches a rank are fewer than the pipeline's {parallel.pipeline} "
            f"stages; a batch of {stage.length * together * parallel.pipeline} tokens or more fills them"
        )
    if parallel.pipeline > 1 and parallel.schedule == "interleaved" and microbatches % parallel.pipeline:
        raise TrainingError(
            f"{name}.batch: {microbatches} microbatches a rank are not a multiple of the pipeline's "
            f"{parallel.pipeline} ranks, which interleaved stages need; change batch, or write schedule: 1f1b"
        )


def _near(world: int, each: int) -> int:
    return max(each, world // each * each)
