"""Which layers belong to which stage of a pipeline. No torch: the memory of a launch is reckoned from it, too."""

from __future__ import annotations


def layers_of(stages: int, layers: int) -> list[range]:
    """The layers of each stage: as even as can be, those left over to the middle before the first and the last.

    The embedding and the output are the ends', so those have a layer less (Grattafiori et al. 2024, 3.3.2).
    """
    each, left = divmod(layers, stages)
    favoured = [*range(1, stages - 1), 0, stages - 1][:left]
    counts = [each + (stage in favoured) for stage in range(stages)]
    return [range(sum(counts[:stage]), sum(counts[: stage + 1])) for stage in range(stages)]


def stage_of(name: str, stages: int, layers: int) -> int:
    """The stage that has the tensor of this full name."""
    if not name.startswith("layers."):
        return 0 if name.startswith("tok_embeddings.") else stages - 1
    at = int(name.split(".")[1])
    return next(stage for stage, own in enumerate(layers_of(stages, layers)) if at in own)
