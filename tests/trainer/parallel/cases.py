"""Cases that ranks of a test run, and what one process makes of the same: a small model, three steps, odd documents."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any

import torch

from trainer.config import ModelConfig
from trainer.data.batch import Batch
from trainer.optimizer import AdamW
from trainer.parallel import mesh
from trainer.parallel.engine import Engine
from trainer.recipe import TrainingRecipe

LENGTH, ROWS, STEPS = 48, 8, 3
CPU = torch.device("cpu")
MODEL = {"dim": 32, "layers": 2, "heads": 8, "kv_heads": 4, "ffn_dim": 48, "vocab_size": 96}


@dataclass(frozen=True)
class Case:
    """A mesh, and fields of model and recipe where they are not the usual ones; as JSON it goes to the ranks."""

    parallel: dict[str, Any]
    model: dict[str, Any] = field(default_factory=dict)
    recipe: dict[str, Any] = field(default_factory=dict)

    def made(self) -> tuple[ModelConfig, TrainingRecipe]:
        stage = {"tokens": STEPS * ROWS * LENGTH, "length": LENGTH, "batch": ROWS * LENGTH}
        given = {"corpora": {"a": "a"}, "model": "8b", "seed": 5, "stages": [stage], **self.recipe}
        return ModelConfig(**{**MODEL, **self.model}), TrainingRecipe(parallel=self.parallel, **given)

    def alone(self) -> Case:
        """The same for one process, all rows at once, by the reference kernels."""
        recipe = {name: value for name, value in self.recipe.items() if name != "kernels"}
        return replace(self, parallel={"microbatch": ROWS}, recipe=recipe)

    def json(self) -> dict[str, Any]:
        return asdict(self)


def case(model: dict[str, Any] | None = None, recipe: dict[str, Any] | None = None, **parallel: Any) -> Case:
    return Case(parallel, model or {}, recipe or {})


def batch(step: int, vocab: int, data_rank: int = 0, data_world: int = 1, length: int = LENGTH) -> Batch:
    """Rows of documents of odd lengths, padded at the end; those of one data-parallel rank."""
    generator = torch.Generator().manual_seed(step)
    tokens = torch.randint(0, vocab, (ROWS, length), generator=generator)
    targets = torch.randint(0, vocab, (ROWS, length), generator=generator)
    weights, starts = torch.ones(ROWS, length), torch.zeros(ROWS, length, dtype=torch.int32)
    for row in range(ROWS):
        used, at = length - 3 * row, 0
        while at < used:
            end = min(at + int(torch.randint(1, 30, (), generator=generator)), used)
            starts[row, at:end], weights[row, end - 1], at = at, 0.0, end
        starts[row, used:], weights[row, used:] = torch.arange(used, length, dtype=torch.int32), 0.0
    each = ROWS // data_world
    mine = slice(data_rank * each, (data_rank + 1) * each)
    streams = torch.zeros(each, dtype=torch.int16)
    return Batch(tokens[mine], targets[mine], weights[mine], starts[mine], streams, [])


def run(of: Case, world: int) -> dict[str, Any]:
    """What this rank has of a case: losses and norms by step, and on rank 0 the weights before and after."""
    config, recipe = of.made()
    place = mesh.build(recipe.parallel, config, world, CPU)
    engine = Engine(config, recipe, place, CPU)
    first, losses, norms = engine.full_state(), [], []
    # An eps of 1e-8 would make of a gradient's last bit, where it is next to nothing, a step of the whole rate.
    optimizer = AdamW(engine.parameters(), eps=1e-5)
    for step in range(1, STEPS + 1):
        losses.append(engine.forward_backward(batch(step, config.vocab_size, place.data_rank, place.data_world)))
        norms.append(float(engine.grad_norm()))
        optimizer.step(step, 1e-3)
    last = engine.full_state()
    return {"data_rank": place.data_rank, "first": first, "losses": losses, "norms": norms, "last": last}
