"""Meshes that are known to be good ones, from one node to 16,384 GPUs: `python -m trainer.parallel.presets [NAME]`.

Those of the 405B model are Llama 3's own (Grattafiori et al. 2024, table 4), and so is the order by which the others
were chosen: FSDP alone while a rank has a row to itself; tensor parallelism within a node of 8 where it has not, or
where a block is large; context parallelism for rows that one GPU cannot hold; a pipeline where FSDP's gathers would
span thousands of GPUs. Each is checked against its model, and against 80 GB a GPU, by tests. They are reckoned,
not run: what they yield in tokens a second is for the first steps on the cluster to say.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import partial
from typing import Any

import yaml

from trainer.config import PRESETS as MODELS
from trainer.errors import TrainingError
from trainer.memory import of_rank
from trainer.parallel.checks import check, data_ranks
from trainer.recipe import Parallel, Stage

USABLE = 72 * 10**9  # bytes of an 80 GB GPU: the rest is the allocator's, NCCL's and CUDA's


@dataclass(frozen=True)
class Preset:
    """A model and rows on `gpus`; `batch` in tokens."""

    gpus: int
    model: str
    length: int
    batch: int
    parallel: Parallel

    def stage(self) -> Stage:
        return Stage(tokens=self.batch, length=self.length, batch=self.batch)

    def check(self) -> None:
        """TrainingError where something does not divide, or a GPU of 80 GB is too small."""
        check(self.parallel, MODELS[self.model], [self.stage()], self.gpus)
        if (memory := self.memory()) > USABLE:
            raise TrainingError(f"{self.model}: {memory / 1e9:.0f} GB a GPU; spread it over more, or keep less")

    def memory(self) -> float:
        """Bytes of the GPU that needs most: one of the pipeline's first, which hold most microbatches, or its last."""
        microbatches = self.stage().rows // data_ranks(self.parallel, self.gpus) // self.parallel.microbatch
        of = partial(of_rank, MODELS[self.model], self.parallel, self.gpus, self.length, microbatches=microbatches)
        return max(of(rank=rank).total for rank in range(self.parallel.pipeline))

    def recipe(self) -> dict[str, Any]:
        """The fields of a recipe that it is about."""
        parallel = self.parallel.model_dump(mode="json", exclude_defaults=True)
        stage = {"tokens": 100 * self.batch, "length": self.length, "batch": self.batch}
        return {"model": self.model, "stages": [stage], "parallel": parallel}


def _of(gpus: int, model: str, length: int, batch: int, **parallel: Any) -> Preset:
    return Preset(gpus, model, length, batch, Parallel(**parallel))


_M = 1 << 20
PRESETS: dict[str, Preset] = {
    # The weights of 8B and their moments fit a node, and 512 rows of 8,192 tokens are a row each for 512 GPUs.
    "8b-8": _of(8, "8b", 8192, 4 * _M, checkpointing="selective"),
    "8b-64": _of(64, "8b", 8192, 4 * _M, checkpointing="selective"),
    "8b-512": _of(512, "8b", 8192, 4 * _M, checkpointing="selective"),
    # 128 K: a row over the 8 GPUs of a node.
    "8b-128k-8": _of(8, "8b-128k", 131_072, 4 * _M, context=8, checkpointing="full"),
    "8b-128k-64": _of(64, "8b-128k", 131_072, 4 * _M, context=8, checkpointing="full"),
    "8b-128k-512": _of(512, "8b-128k", 131_072, 8 * _M, context=8, checkpointing="full"),
    # A block of 70B is 0.86 B weights: gathering it in eighths costs as much less.
    "70b-64": _of(64, "70b", 8192, 4 * _M, tensor=8, checkpointing="selective"),
    "70b-256": _of(256, "70b", 8192, 4 * _M, tensor=8, checkpointing="selective"),
    "70b-512": _of(512, "70b", 8192, 8 * _M, tensor=8, checkpointing="selective"),
    "70b-128k-512": _of(512, "70b-128k", 131_072, 8 * _M, tensor=8, context=8, checkpointing="selective"),
    # Llama 3, table 4: TP 8, CP 1, PP 16, DP 64 and 128, 16 M tokens a batch; then TP 8, CP 16, PP 16, DP 8 at 128 K.
    "405b-8192": _of(8192, "405b", 8192, 16 * _M, tensor=8, pipeline=16, checkpointing="selective"),
    "405b-16384": _of(16_384, "405b", 8192, 16 * _M, tensor=8, pipeline=16, checkpointing="selective"),
    "405b-128k-16384": _of(
        16_384, "405b-128k", 131_072, 16 * _M, tensor=8, context=16, pipeline=16, checkpointing="selective"
    ),
}


def main(names: list[str]) -> int:
    if not names:
        print("\n".join(f"{name:16s} {preset.memory() / 1e9:5.1f} GB a GPU" for name, preset in PRESETS.items()))
        return 0
    if names[0] not in PRESETS:
        print(f"there is no preset {names[0]!r}; there are {', '.join(PRESETS)}", file=sys.stderr)
        return 2
    print(yaml.safe_dump(PRESETS[names[0]].recipe(), sort_keys=False), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
