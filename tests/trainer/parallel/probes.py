"""What ranks of a test find out beside whole runs; each is called on all ranks, and gives what a test compares."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import torch
import torch.distributed as dist
from torch import Tensor
from torch.distributed.device_mesh import DeviceMesh

from tests.trainer.living import Living
from tests.trainer.parallel.cases import CPU, LENGTH, ROWS, batch, case
from trainer import suspects
from trainer.checkpoint.checkpoints import Checkpoints
from trainer.config import ModelConfig
from trainer.data.batch import Batch
from trainer.kernels import attention, choice, chunks, linear_cross_entropy
from trainer.memory import activations
from trainer.model import Llama
from trainer.optimizer import AdamW
from trainer.parallel import checkpointing, mesh, tensor
from trainer.parallel.engine import Engine
from trainer.parallel.rows import Rows
from trainer.parallel.vocabulary import vocabulary_cross_entropy

SAVED = case(tensor=2, pipeline=2, microbatch=2)
SHAPE = {"shape": "of a test"}


def vocabulary(_folder: Path) -> dict[str, tuple[Tensor, ...]]:
    """The loss with half of the vocabulary on each rank, in chunks that do not divide the tokens; and the plain one."""
    generator = torch.Generator().manual_seed(0)
    hidden, weight = torch.randn(20, 6, generator=generator), torch.randn(10, 6, generator=generator)
    targets, weights = torch.randint(0, 10, (20,), generator=generator), torch.rand(20, generator=generator)
    found: dict[str, tuple[Tensor, ...]] = {}
    for way in ("reference", "triton"):
        half = weight.chunk(2)[dist.get_rank()].clone().requires_grad_()
        ours = hidden.clone().requires_grad_()
        with choice.chosen({"linear_cross_entropy": way}, CPU), patch.object(chunks, "fused_chunk", lambda *_: 7):
            loss, nll = vocabulary_cross_entropy(ours, half, targets, weights, dist.group.WORLD, 1e-2, chunk=7)
            (3 * loss).backward()
            with torch.no_grad():
                evaluated = vocabulary_cross_entropy(ours, half, targets, weights, dist.group.WORLD, 1e-2)
        dist.all_reduce(ours.grad)
        found[way] = loss.detach(), nll, ours.grad, half.grad, *evaluated
    plain, whole = hidden.clone().requires_grad_(), weight.clone().requires_grad_()
    expected, losses = linear_cross_entropy.reference(plain, whole, targets, weights, 1e-2)
    (3 * expected).backward()
    loss, half = expected.detach(), whole.grad.chunk(2)[dist.get_rank()]
    return {**found, "expected": (loss, losses, plain.grad, half, loss, losses)}


def kept(_folder: Path) -> dict[str, tuple[int, float]]:
    """Bytes that one more layer keeps on a rank of two, found and counted, by kind of checkpointing."""
    config, recipe = case(tensor=2).made()
    group = mesh.build(recipe.parallel, config, 2, CPU).axis("tp")
    found = {}
    for kind in ("none", "selective", "full"):
        two, three = (_lived(replace(config, layers=layers), kind, group) for layers in (2, 3))
        counted = activations(config, LENGTH, checkpointing=kind, tensor=2).layer  # type: ignore[arg-type]
        found[kind] = three - two, LENGTH * ROWS * counted
    return found


def _lived(config: ModelConfig, kind: Any, ranks: DeviceMesh) -> int:
    with torch.device("meta"):
        model = Llama(config)
    tensor.parallelize(model, ranks)
    checkpointing.apply(model, kind)
    model.to_empty(device=CPU).to(torch.bfloat16)
    rows = Rows.of(batch(1, config.vocab_size), CPU)
    weights = [weight.to_local() for weight in model.parameters()]
    before = [*weights, *model._rotary(CPU), *vars(rows).values()]
    with patch("trainer.kernels.attention.attention", attention.reference), Living(before) as living:
        _kept = model(rows.tokens, rows.starts, rows.positions, rows.targets, rows.weights)
        return min(_a_little_later(living) for _ in range(20))


def _a_little_later(living: Living) -> int:
    """gloo's own thread lets go of what it has sent some time after it is there."""
    time.sleep(0.01)
    return living.bytes()


def refused(_folder: Path) -> str:
    """What four ranks are told where only three have a place."""
    config, recipe = case(tensor=3).made()
    try:
        mesh.build(recipe.parallel, config, 4, CPU)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def saved(folder: Path) -> dict[str, Any]:
    """A step, a checkpoint, a step of shorter rows: the checkpoint is for one process to go on from."""
    config, recipe = SAVED.made()
    place = mesh.build(recipe.parallel, config, 4, CPU)
    engine = Engine(config, recipe, place, CPU)
    optimizer = AdamW(engine.parameters(), eps=1e-5)
    checkpoints = Checkpoints(folder / "checkpoints", 2, SHAPE)
    for step in (1, 2):
        engine.forward_backward(batch(step, config.vocab_size, length=LENGTH // step))
        optimizer.step(step, 1e-3)
        if step == 1:
            checkpoints.save(1, {"model": engine.parameters(), **optimizer.state()}, {"step": 1})
    checkpoints.wait()
    return engine.full_state()


def whole_taken(_folder: Path) -> bool:
    """Whole weights that every rank gives come out whole again."""
    config, recipe = SAVED.made()
    engine = Engine(config, recipe, mesh.build(recipe.parallel, config, 4, CPU), CPU)
    _, other = case(tensor=4, recipe={"seed": 8}).made()
    source = Engine(config, other, mesh.build(other.parallel, config, 4, CPU), CPU)
    given = [source.full_state()]
    dist.broadcast_object_list(given)
    engine.load_full(given[0])
    taken = engine.full_state()
    return all(torch.equal(taken[name], given[0][name]) for name in taken)


def worst(_folder: Path) -> list[dict[str, Any]]:
    """The worst documents of two ranks, where unpickling what another has sent is an error."""
    rank = dist.get_rank()
    starts = torch.tensor([[0, 0, 2, 2]], dtype=torch.int32)
    weights, streams = torch.tensor([[1.0, 0.0, 1.0, 0.0]]), torch.zeros(1, dtype=torch.int16)
    pieces = [(np.array([10 * rank + 1, 10 * rank + 2]), np.array([0, 2]), np.array([4, 4]))]
    given = Batch(starts.long(), starts.long(), weights, starts, streams, pieces)
    losses = torch.tensor([[1.0 + rank, 0.0, 3.0 - rank if rank else float("nan"), 0.0]])
    unpickled = patch.object(dist.distributed_c10d, "_unpickler", side_effect=AssertionError("unpickled"))
    with unpickled, patch("trainer.suspects.uids_of", lambda _, ids: {id: 100 + id for id in ids}):
        return suspects.named(suspects.worst(given, losses, ["web/a"], contributes=True), {"web": "nowhere"})


BY_WORLD = {
    2: {"vocabulary": vocabulary, "kept": kept, "worst": worst},
    4: {"saved": saved, "refused": refused, "whole_taken": whole_taken},
}
