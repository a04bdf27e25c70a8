"""One training run of an ablation: trained, measured on the held-out text, kept; or found again, and not trained.

A run is known by a digest of all that its result depends on: recipe, content of the corpora and of the held-out text,
this code's version, torch's, and the kind of device. What is kept is `result.json` and the bits of each held-out
document; checkpoints are dropped unless something is to go on from them. A killed ablation loses the run it was in.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from trainer import atomic
from trainer.ablate import corpora, held_out
from trainer.ablate.held_out import HeldOut
from trainer.errors import TrainingError
from trainer.recipe import TrainingRecipe

VERSION = 1
UNDECIDING = {"name", "corpora", "cache", "cache_size", "checkpoints", "init", "tensorboard", "page", "faults"}


@dataclass(frozen=True)
class Run:
    folder: Path
    bits: np.ndarray  # float64[documents]
    said: dict[str, Any]  # parameters, tokens, steps, seconds, losses

    @property
    def checkpoint(self) -> Path:
        return self.folder / "run" / "checkpoints"


def run(recipe: TrainingRecipe, held: HeldOut, folder: Path, keep: bool = False) -> Run:
    """The result of `recipe`, below `folder`; with `keep` its last checkpoint stays as well."""
    made_of = described(recipe, held)
    digest = hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()
    for known in sorted(folder.glob(f"*-{digest[:10]}")):  # whatever the arm was called then
        if (done := _found(known, digest, keep)) is not None:
            return done
    place = folder / f"{recipe.name.replace(' ', '-').replace('/', '-')[:80]}-{digest[:10]}"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    bits, said = _trained(recipe, held, place / "run")
    if not np.isfinite(bits).all():
        raise TrainingError(
            f"{recipe.name}: the model gives no finite loss on the held-out text; lower rate.peak "
            f"(it is {recipe.rate.peak:g})"
        )
    if not keep:
        shutil.rmtree(place / "run" / "checkpoints", ignore_errors=True)
    np.save(place / "bits.npy", bits)
    result = {"digest": digest, "made_of": made_of, "kept": keep, **said}
    atomic.write(place / "result.json", json.dumps(result, indent=1) + "\n")
    return Run(place, bits, said)


def described(recipe: TrainingRecipe, held: HeldOut) -> dict[str, Any]:
    """All that a result depends on, by content."""
    import torch

    stated = recipe.model_dump(mode="json", exclude=UNDECIDING)
    length = recipe.stages[0].length
    return {
        "version": VERSION,
        "recipe": stated,
        "corpora": {name: corpora.digest(folder, length) for name, folder in sorted(recipe.corpora.items())},
        "init": _digest_of_run(recipe.init) if recipe.init else None,
        "held_out": held.card.get("made_of") or held.vocabulary,
        "torch": torch.__version__,
        "device": "cuda" if torch.cuda.is_available() else "cpu",
    }


def _digest_of_run(checkpoint: str) -> str:
    """What the run was made of whose checkpoint this is."""
    result = Path(checkpoint).parents[1] / "result.json"
    return str(json.loads(result.read_text())["digest"]) if result.exists() else checkpoint


def _found(place: Path, digest: str, keep: bool) -> Run | None:
    try:
        said = json.loads((place / "result.json").read_text())
        bits = np.load(place / "bits.npy")
    except (OSError, ValueError):
        return None
    fits = said.get("digest") == digest and (said.get("kept") or not keep)
    return Run(place, bits, said) if fits else None


def _trained(recipe: TrainingRecipe, held: HeldOut, place: Path) -> tuple[np.ndarray, dict[str, Any]]:
    from trainer.run_folder import begin
    from trainer.train import train

    began = time.perf_counter()
    begin(recipe, place)
    train(recipe, place)
    trained = time.perf_counter()
    model = _model(recipe, place)
    bits = held_out.bits(model, held)
    losses = _losses(place)
    return bits, {
        "parameters": sum(weight.numel() for weight in model.parameters()),
        "of_blocks": sum(weight.numel() for weight in model.layers.parameters()),
        "tokens": recipe.steps * recipe.stages[0].batch,
        "steps": recipe.steps,
        "seconds": round(trained - began, 2),
        "evaluation_seconds": round(time.perf_counter() - trained, 2),
        "losses": losses,
    }


def _model(recipe: TrainingRecipe, place: Path) -> Any:
    """The model with the last checkpoint's weights, on the device there is."""
    import torch

    from trainer.beginnings import fingerprint
    from trainer.checkpoint.checkpoints import Checkpoints
    from trainer.data.shards import vocabulary_of
    from trainer.model import Llama
    from trainer.shapes import shape

    vocabulary = vocabulary_of(recipe.corpora)
    config = shape(recipe, vocabulary.size)
    model = Llama(config)
    place = Path(recipe.checkpoints.folder or place / "checkpoints")
    with torch.no_grad():
        Checkpoints(str(place), 1, fingerprint(config)).load({"model": dict(model.named_parameters())})
    return model.to("cuda" if torch.cuda.is_available() else "cpu").eval()


def _losses(place: Path, points: int = 60) -> list[list[float]]:
    """[tokens, mean training loss in nats] of so many stretches."""
    lines = [json.loads(line) for line in (place / "metrics.jsonl").read_text().splitlines()]
    tokens = np.cumsum([line["tokens"] for line in lines])
    losses = np.array([line["loss"] for line in lines], float)  # NaN of a step whose loss was no number
    parts = np.array_split(np.flatnonzero(np.isfinite(losses)), points)
    return [[int(tokens[part[-1]]), round(float(losses[part].mean()), 5)] for part in parts if len(part)]
