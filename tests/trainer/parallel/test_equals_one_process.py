"""Every mesh makes of a recipe what one process makes of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.trainer.parallel import cases, probes
from tests.trainer.parallel.cases import CPU, LENGTH, ROWS, STEPS, Case, batch, case
from trainer.checkpoint.checkpoints import Checkpoints
from trainer.optimizer import AdamW
from trainer.parallel.engine import Engine
from trainer.parallel.mesh import Mesh

ROOT = Path(__file__).parents[3]
TIED = {"tied_embeddings": True}
WIDE = {"heads": 4, "kv_heads": 2, "head_dim": 16}  # as Triton's attention wants it
ATTENTION = {"kernels": {"attention": "triton"}}  # interpreted, as all of them: slow
OTHERS = {"kernels": {"rope": "triton", "swiglu": "triton", "adamw": "triton", "grad_norm": "triton"}}
CASES: dict[int, dict[str, Case]] = {
    2: {
        "fsdp": case(microbatch=2),
        "fsdp, widths that do not divide": case(microbatch=4, model={"dim": 31, "head_dim": 4, "vocab_size": 97}),
        "fsdp, tied, full checkpointing": case(microbatch=4, model=TIED, checkpointing="full"),
        "fsdp, bf16": case(microbatch=4, recipe={"precision": "bf16"}),
        "fsdp, triton, full checkpointing": case(microbatch=4, recipe=OTHERS, checkpointing="full"),
        "tensor": case(tensor=2, microbatch=4),
        "tensor, tied, z-loss": case(tensor=2, microbatch=8, model=TIED, recipe={"optimizer": {"z_loss": 1e-2}}),
        "tensor, selective checkpointing": case(tensor=2, microbatch=8, checkpointing="selective"),
        "tensor, bf16": case(tensor=2, microbatch=8, recipe={"precision": "bf16"}),
        "context": case(context=2, microbatch=4),
        "context, triton": case(context=2, microbatch=8, model=WIDE, recipe=ATTENTION),
        "context, again": case(context=2, microbatch=4),
        "context, full checkpointing": case(context=2, microbatch=8, checkpointing="full"),
        "context, bf16": case(context=2, microbatch=8, recipe={"precision": "bf16"}),
        "pipeline": case(pipeline=2, microbatch=1),
        "pipeline, selective checkpointing": case(pipeline=2, microbatch=2, checkpointing="selective"),
        "pipeline, interleaved": case(pipeline=2, microbatch=2, schedule="interleaved", model={"layers": 5}),
        "pipeline, bf16": case(pipeline=2, microbatch=4, recipe={"precision": "bf16"}),
    },
    4: {
        "fsdp x tensor": case(tensor=2, microbatch=2),
        "fsdp x tensor, again": case(tensor=2, microbatch=2),
        "fsdp x tensor, tied": case(tensor=2, microbatch=4, model=TIED),
        "fsdp x context": case(context=2, microbatch=4),
        "fsdp x pipeline": case(pipeline=2, microbatch=1, model={"layers": 3}),
        "fsdp x pipeline, interleaved": case(pipeline=2, microbatch=2, schedule="interleaved", model={"layers": 4}),
        "tensor x pipeline": case(tensor=2, pipeline=2, microbatch=4),
        "tensor x pipeline, again": case(tensor=2, pipeline=2, microbatch=4),
        "tensor x context": case(tensor=2, context=2, microbatch=8),
        "context x pipeline": case(context=2, pipeline=2, microbatch=4, checkpointing="full"),
        "pipeline of four": case(pipeline=4, microbatch=2, model={"layers": 6}),
        "tensor of four": case(tensor=4, microbatch=8),
        "context of four": case(context=4, microbatch=8),
    },
}
if os.environ.get("CURATE_NIGHTLY") == "1":
    every = {"model": WIDE, "recipe": {"kernels": "triton"}}
    CASES[2]["tensor, every kernel, selective checkpointing"] = case(
        tensor=2, microbatch=8, checkpointing="selective", **every
    )
    CASES[2]["fsdp, every kernel"] = case(microbatch=4, **every)
NAMES = [(world, name) for world, named in CASES.items() for name in named]


def ran(asked: dict[int, dict[str, Case]], folder: Path) -> dict[int, list[dict[str, Any]]]:
    """What each rank has found, by number of ranks."""
    (folder / "cases.json").write_text(
        json.dumps({world: {name: of.json() for name, of in named.items()} for world, named in asked.items()})
    )
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(Path(__file__).with_name("ranks.py")), str(folder)]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, done.stderr[-4000:]
    return {world: [torch.load(folder / f"world-{world}-rank-{rank}.pt") for rank in range(world)] for world in asked}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ranks")


@pytest.fixture(scope="module")
def ranks(folder: Path) -> dict[int, list[dict[str, Any]]]:
    return ran(CASES, folder)


@pytest.fixture(scope="module")
def alone() -> dict[str, dict[str, Any]]:
    """What one process makes of each model and recipe."""
    torch.set_num_threads(1)
    by_key: dict[str, dict[str, Any]] = {}
    for world, name in NAMES:
        of = CASES[world][name].alone()
        if repr(of) not in by_key:
            by_key[repr(of)] = cases.run(of, 1)
    return by_key


def assert_equal(of: Case, expected: dict[str, Any], found: list[dict[str, Any]]) -> None:
    """What all ranks found of a case, and what one process did."""
    rounded = of.recipe.get("precision") == "bf16"
    close = {"rtol": 0, "atol": 5e-3 if rounded else 1e-5}
    first, last = found[0]["first"], found[0]["last"]
    assert list(last) == list(expected["last"])
    assert all(torch.equal(first[key], expected["first"][key]) for key in first)
    for key in last:
        torch.testing.assert_close(last[key], expected["last"][key], **close)
    for rank in found:
        assert rank["norms"] == found[0]["norms"]
        assert rank["norms"] == pytest.approx(expected["norms"], rel=2e-3 if rounded else 1e-5)
        rows = slice(rank["data_rank"] * len(rank["losses"][0]), (rank["data_rank"] + 1) * len(rank["losses"][0]))
        for step in range(STEPS):
            torch.testing.assert_close(rank["losses"][step], expected["losses"][step][rows], **close)
    assert sum(len(rank["losses"][0]) for rank in {rank["data_rank"]: rank for rank in found}.values()) == ROWS
    assert any(not torch.equal(first[key], last[key]) for key in last)


@pytest.mark.parametrize(("world", "name"), NAMES, ids=[f"{name}, {world} ranks" for world, name in NAMES])
def test_a_mesh_equals_one_process(world: int, name: str, ranks: dict, alone: dict) -> None:
    """In losses, gradient norms and weights after three updates."""
    of = CASES[world][name]
    assert_equal(of, alone[repr(of.alone())], [rank["cases"][name] for rank in ranks[world]])


@pytest.mark.parametrize(("world", "name"), [(world, name) for world, name in NAMES if name.endswith("again")])
def test_the_same_mesh_gives_the_same_bits(world: int, name: str, ranks: dict) -> None:
    for rank in ranks[world]:
        once, again = rank["cases"][name.removesuffix(", again")], rank["cases"][name]
        assert once["norms"] == again["norms"]
        assert all(torch.equal(a, b) for a, b in zip(once["losses"], again["losses"], strict=True))
        assert all(torch.equal(once["last"][key], again["last"][key]) for key in once["last"])


def test_the_loss_over_a_cut_vocabulary_is_the_plain_one(ranks: dict) -> None:
    for rank in ranks[2]:
        probe = rank["probes"]["vocabulary"]
        for way in ("reference", "triton"):
            torch.testing.assert_close(probe[way], probe["expected"], rtol=1e-5, atol=1e-5)


def test_a_rank_of_tensor_parallelism_keeps_what_is_counted(ranks: dict) -> None:
    for kind, (found, counted) in ranks[2][0]["probes"]["kept"].items():
        assert found == pytest.approx(counted, rel=0.02), kind


def test_the_worst_documents_of_all_ranks_are_named_by_the_first_and_nothing_is_unpickled(ranks: dict) -> None:
    worst, of_other = (rank["probes"]["worst"] for rank in ranks[2])
    assert [(one["id"], one["uid"], one["loss"]) for one in worst] == [
        (2, 102, None), (11, 111, 2.0), (12, 112, 2.0), (1, 101, 1.0),
    ]  # fmt: skip
    assert of_other == []


def test_one_process_goes_on_from_a_checkpoint_of_a_mesh(folder: Path, ranks: dict) -> None:
    config, recipe = probes.SAVED.alone().made()
    engine = Engine(config, recipe, Mesh(), CPU)
    optimizer = AdamW(engine.parameters(), eps=1e-5)
    checkpoints = Checkpoints(folder / "checkpoints", 2, probes.SHAPE)
    progress = checkpoints.load({"model": engine.parameters(), **optimizer.state()})
    assert progress == {"step": 1}
    engine.forward_backward(batch(2, config.vocab_size, length=LENGTH // 2))
    optimizer.step(2, 1e-3)
    went_on = ranks[4][0]["probes"]["saved"]
    for name, weight in engine.full_state().items():
        torch.testing.assert_close(weight, went_on[name], rtol=0, atol=1e-5)


def test_whole_weights_are_cut_as_each_rank_needs_them(ranks: dict) -> None:
    assert all(rank["probes"]["whole_taken"] for rank in ranks[4])


def test_ranks_that_do_not_divide_are_told_so(ranks: dict) -> None:
    assert all(
        rank["probes"]["refused"].startswith("TrainingError: parallel: 4 ranks are not a multiple") for rank in ranks[4]
    )


@pytest.mark.nightly
def test_eight_ranks_of_three_kinds_equal_one_process(tmp_path: Path) -> None:
    asked = {
        "tensor x context x pipeline": case(tensor=2, context=2, pipeline=2, microbatch=2, checkpointing="selective"),
        "fsdp x tensor x pipeline": case(
            tensor=2, pipeline=2, microbatch=1, schedule="interleaved", model={"layers": 4}
        ),
        "fsdp x tensor x context": case(tensor=2, context=2, microbatch=2, model=TIED),
    }
    found = ran({8: asked}, tmp_path)[8]
    for name, of in asked.items():
        assert_equal(of, cases.run(of.alone(), 1), [rank["cases"][name] for rank in found])
