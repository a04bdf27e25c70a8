"""What an ablation compares, and the training runs that it takes: pure data, no torch.

An arm is corpora and a mix. Arms meet at the same model, tokens and seeds, so the only thing that differs is the text;
one seed gives all arms the same first weights and the same rules of order, which is why differences are taken in pairs.
The batch and the rate follow from the size and the tokens by fixed rules, never from the arm:

- batch: such that a run has about 400 steps, in powers of two of rows, at most 512 K tokens (ours);
- peak rate: 2e-3 at width 64, falling with the root of the width; a warm-up of a twentieth, cosine to a tenth (ours:
  of 64x2 on the demonstration, 100 K tokens, 5e-4, 1e-3, 2e-3, 5e-3 gave 3.12, 3.01, 2.82, 3.04 bits a byte).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any, Literal

from trainer import recipe
from trainer.config import PRESETS, model_config
from trainer.errors import TrainingError
from trainer.recipe import TrainingRecipe

STEPS = 400
LARGEST_BATCH = 524_288
PEAK, AT_WIDTH = 2e-3, 64
HEAD = 32
Mix = Literal["natural"] | dict[str, float]


@dataclass(frozen=True)
class Arm:
    """`corpora`: name -> folder of a finished run, or of its tokens/."""

    name: str
    corpora: dict[str, str]
    mix: Mix = "natural"


@dataclass(frozen=True)
class Cell:
    """Where on the axes a run stands, the same for all arms. `unique`: tokens it may see; None is all there are."""

    size: str
    tokens: int
    unique: int | None = None

    @property
    def name(self) -> str:
        return f"{self.size}-{self.tokens}" + (f"-of-{self.unique}" if self.unique else "")


@dataclass(frozen=True)
class Plan:
    """`arms[0]` is the baseline that the others are held against."""

    arms: tuple[Arm, ...]
    sizes: tuple[str, ...] = ("proxy-1m",)
    tokens: tuple[int, ...] = (1_000_000,)
    unique: tuple[int | None, ...] = (None,)
    seeds: int = 3
    length: int = 512
    changes: dict[str, Any] = field(default_factory=dict)  # of the recipe's fields: {"rate.peak": 1e-3}

    def __post_init__(self) -> None:
        if self.seeds < 1:
            raise TrainingError(f"seeds: at least 1 is needed, and 2 for any confidence, not {self.seeds}")
        names = [arm.name for arm in self.arms]
        if twice := [name for name in names if names.count(name) > 1]:
            raise TrainingError(f"arms: two are called {twice[0]}; give one another name, as in other={twice[0]}")
        for name in self.sizes:
            size(name)

    @property
    def cells(self) -> tuple[Cell, ...]:
        return tuple(Cell(s, t, u) for s in self.sizes for t in self.tokens for u in self.unique)


def size(name: str) -> dict[str, Any]:
    """The model of a size: a preset, or `WIDTHxLAYERS` such as 64x4, of heads of 32 elements."""
    if name in PRESETS:
        return {"preset": name}
    found = re.fullmatch(r"(\d+)x(\d+)", name)
    width, layers = (int(part) for part in found.groups()) if found else (0, 0)
    if not width or not layers or width % HEAD:
        raise TrainingError(
            f"sizes: {name!r} is no size; name a preset ({', '.join(PRESETS)}) or WIDTHxLAYERS with a width that is a "
            f"multiple of {HEAD}, as in 64x4"
        )
    heads = width // HEAD
    ffn = 32 * max(1, round(width * 8 / 3 / 32))
    return {"dim": width, "layers": layers, "heads": heads, "kv_heads": math.gcd(heads, max(1, heads // 2)),
            "ffn_dim": ffn, "tied_embeddings": False}  # fmt: skip


def of(arm: Arm, cell: Cell, seed: int, plan: Plan) -> TrainingRecipe:
    """The training run of an arm at a cell with a seed; a batch of `changes` wins over the rules above."""
    return main(arm, cell, seed, plan.length, plan.changes)


def main(arm: Arm, cell: Cell, seed: int, length: int, changes: dict[str, Any]) -> TrainingRecipe:
    """As `of`, without a plan."""
    batch = batch_of(cell.tokens, length)
    stage = {"tokens": cell.tokens, "length": length, "batch": batch, "mix": arm.mix}
    steps = -(-cell.tokens // batch)
    rate = {"peak": peak(cell.size), "warmup": max(1, steps // 20), "shape": "cosine", "floor": 0.1}
    return made(f"{arm.name} {cell.name} {seed}", arm, size(cell.size), seed, stage, rate, changes)


def made(
    name: str, arm: Arm, model: dict[str, Any], seed: int, stage: dict[str, Any], rate: dict[str, Any],
    changes: dict[str, Any], init: str | None = None,
) -> TrainingRecipe:  # fmt: skip
    """A recipe that keeps nothing but its end: a run of this size is cheaper to repeat than to save often."""
    given = {
        "name": name,
        "corpora": arm.corpora,
        "model": model,
        "seed": seed,
        "init": init,
        "stages": [stage],
        "rate": rate,
        "checkpoints": {"every": 1_000_000, "keep": 1},
        "tensorboard": False,
        "page": False,
    }
    return recipe.of(given, f"ablation {name}", changes)


def batch_of(tokens: int, length: int) -> int:
    """Tokens a step."""
    rows = max(1.0, tokens / STEPS / length)
    return length * min(2 ** math.floor(math.log2(rows)), max(1, LARGEST_BATCH // length))


def peak(name: str) -> float:
    """Peak learning rate of a size."""
    return PEAK * math.sqrt(AT_WIDTH / model_config(size(name), 1).dim)


def arm(text: str) -> Arm:
    """Of `FOLDER`, `NAME=FOLDER`, several as `FOLDER+FOLDER`, with a mix as `...@general:0.7,code:0.3`."""
    before, at, mix = text.rpartition("@") if re.search(r"@[^@:]+:[\d.]+(,[^@:,]+:[\d.]+)*$", text) else (text, "", "")
    name, equals, folders = before.partition("=")
    folders = folders if equals and "/" not in name else before
    paths = [path.rstrip("/") for path in folders.split("+")]
    if not all(paths):
        raise TrainingError(f"arms: {text!r} names no folder; write FOLDER, or NAME=FOLDER")
    corpora = {_stem(path): path for path in paths}
    if len(corpora) < len(paths):
        raise TrainingError(f"arms: {text!r} names two folders of one name; a mix could not tell them apart")
    called = name if equals and "/" not in name else "+".join(corpora) + (f"@{mix}" if at else "")
    return Arm(called, corpora, _mix(mix, text) if at else "natural")


def _stem(path: str) -> str:
    parts = [part for part in path.split("/") if part]
    return parts[-2] if parts[-1:] == ["tokens"] and len(parts) > 1 else parts[-1]


def _mix(text: str, whole: str) -> dict[str, float]:
    try:
        pairs = [one.rsplit(":", 1) for one in text.split(",")]
        shares = {name.strip(): float(share) for name, share in pairs}
    except ValueError:
        raise TrainingError(f"arms: {whole!r}: the mix is NAME:SHARE,NAME:SHARE, as in @general:0.7,code:0.3") from None
    total = sum(shares.values())
    if not total > 0 or min(shares.values()) < 0:
        raise TrainingError(f"arms: {whole!r}: shares are not below 0, and one is above")
    return {name: share / total for name, share in shares.items()}
