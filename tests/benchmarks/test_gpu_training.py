"""The step that is measured is the trainer's, and the curves' text is one that can be learnt."""

import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
import torch

from benchmarks import gpu_curves, gpu_parts
from benchmarks.gpu_rows import Curve, read
from benchmarks.gpu_training import CLIP, Text, Trained
from trainer import beginnings
from trainer.config import ModelConfig
from trainer.data.batch import Batch
from trainer.kernels import choice
from trainer.parallel.engine import Engine
from trainer.parallel.mesh import Mesh
from trainer.recipe import TrainingRecipe

CONFIG = ModelConfig(16, 2, 2, 1, 24, vocab_size=40, tied_embeddings=True)
CPU = torch.device("cpu")


@pytest.mark.parametrize("bf16", [False, True])
@pytest.mark.parametrize("microbatch", [1, 3])
def test_its_weights_and_losses_are_the_engines_to_the_bit(bf16, microbatch):
    recipe = TrainingRecipe.model_validate(
        {
            "corpus": "nowhere",
            "model": "demo",
            "precision": "bf16" if bf16 else "fp32",
            "kernels": "reference",
            "stages": [{"tokens": 60, "length": 20, "batch": 60}],
            "optimizer": {"states": "bf16", "clip": CLIP},
            "parallel": {"microbatch": microbatch},
        }
    )
    engine = Engine(CONFIG, recipe, Mesh(), CPU)
    optimizer = beginnings.moments(recipe, engine)
    trained = Trained(CONFIG, CPU, 20, bf16=bf16, states=torch.bfloat16)
    engine.load_full(trained.optimizer.parameters)
    text = Text.random(CONFIG.vocab_size, 3, 20, 6, CPU)
    batch = Batch(text.tokens, text.targets, text.weights, text.starts, torch.zeros(3, dtype=torch.int16), [])
    with choice.chosen("reference", CPU):
        for step in (1, 2, 3):
            nll = engine.forward_backward(batch)
            norm = float(engine.grad_norm())
            optimizer.step(step, 1e-2, min(1.0, CLIP / (norm + 1e-6)))
            assert torch.equal(trained.step(text, microbatch, 1e-2), nll)
    for name, weight in engine.parameters().items():
        assert torch.equal(trained.optimizer.parameters[name], weight), name


def test_a_part_that_trains_needs_torch_triton_and_numpy_alone(tmp_path):
    """A borrowed machine has no more, and a module that is imported late is missed late."""
    others = "pydantic", "xxhash", "yaml", "zstandard", "jinja2", "pyarrow", "fsspec", "tokenizers", "matplotlib"
    code = f"import sys; sys.modules |= dict.fromkeys({others}); from benchmarks import gpu_parts; gpu_parts.main()"
    out = tmp_path / "gpu.json"
    command = [sys.executable, "-c", code, "step_1b", "--tiny", "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=gpu_parts.ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [step.note for step in read(out).steps] == [""] * 3


def test_all_kinds_of_checkpointing_in_turn_give_the_same_losses():
    text = Text.random(CONFIG.vocab_size, 2, 20, 6, CPU)
    found = []
    for kind in ("none", "selective", "full", "none"):
        trained = Trained(CONFIG, CPU, 20, bf16=False, states=torch.float32)
        trained.keep("full")
        trained.keep(kind)
        found.append(torch.stack([trained.step(text, 1, 1e-2) for _ in range(2)]))
    assert all(torch.equal(one, found[0]) for one in found)


def test_the_last_token_of_a_document_predicts_nothing():
    starts = torch.tensor([[0, 0, 2, 3, 3]], dtype=torch.int32)
    text = Text.of(torch.tensor([[5, 6, 7, 8, 9]]), starts)
    assert text.weights.tolist() == [[1, 0, 0, 1, 0]]
    assert text.targets.tolist() == [[6, 0, 0, 9, 0]]
    assert text.positions.tolist() == [[0, 1, 0, 0, 1]]


def test_a_walk_keeps_to_the_chain_which_is_one_for_all_seeds():
    one, other = (gpu_curves.chain(50, 300, 200, seed) for seed in (1, 2))
    assert not np.array_equal(one, other) and np.array_equal(one, gpu_curves.chain(50, 300, 200, 1))
    after = {(a, b) for row in one for a, b in pairwise(row)}
    assert {(a, b) for row in other for a, b in pairwise(row)} <= after
    assert max(len({b for a, b in after if a == token}) for token in range(50)) <= gpu_curves.SUCCESSORS


def test_gaps_are_between_ways_and_between_seeds():
    curves = [
        Curve("triton", 0, 10, [9.0, 9.0, 2.0, 2.0]),
        Curve("reference", 0, 10, [5.0, 5.0, 2.0, 2.1]),
        Curve("triton", 1, 10, [9.0, 9.0, 3.0, 3.0]),
    ]
    ways, seeds = gpu_curves.gaps(curves)
    assert ways == pytest.approx(0.1 / 2**0.5) and seeds == pytest.approx(1.0)
    assert gpu_curves.gaps(curves[:2]) is None and gpu_curves.gaps([]) is None
