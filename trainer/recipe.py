"""What a training run is, as a YAML file: corpora, model, stages, rates, the mesh and what is kept.

`load` refuses what cannot work before anything is begun, and names the field. `to_yaml` gives it back resolved, which
is what lies in the run's folder.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from trainer.config import ModelConfig, model_config
from trainer.errors import TrainingError
from trainer.kernels.names import Name as Kernel
from trainer.kernels.names import Way, each
from trainer.written_yaml import parse

_SHIPPED = Path(__file__).parent / "recipes"
_SCALES = {"K": 10**3, "M": 10**6, "G": 10**9, "B": 10**9, "T": 10**12}


def _count(given: Any) -> Any:
    """`2M`, `15T`, `15e12` and `30_000` are counts."""
    if not isinstance(given, str):
        return given
    text = given.strip().replace("_", "").upper()
    scale = _SCALES.get(text[-1:], 1)
    try:
        number = float(text[:-1] if scale > 1 else text) * scale
        return int(number) if number == int(number) else number
    except (ValueError, OverflowError):  # no number, NaN or infinity
        return given


Count = Annotated[int, BeforeValidator(_count), Field(ge=1)]
Share = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Name = Annotated[str, Field(pattern=r"^[^/]+$")]  # of a stream: name/category
Seconds = Annotated[float, Field(gt=0, le=1e9)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


class Stage(_Section):
    """A stretch of training with one row length, batch and mix."""

    tokens: Count  # of rows, padding too; rounded up to whole batches
    length: Count = 8192  # tokens a row: which `sequence=` folder is read
    batch: Count = 4_194_304  # tokens a step; a multiple of length
    mix: Literal["natural"] | dict[str, Share] = "natural"  # shares of rows by category, corpus or corpus/category
    anneal: bool = False  # the rate goes linearly to zero from where it stands

    @model_validator(mode="after")
    def _whole_rows(self) -> Stage:
        if self.batch % self.length:
            raise ValueError(f"batch ({self.batch}) must be a multiple of length ({self.length})")
        if isinstance(self.mix, dict) and not sum(self.mix.values()) > 0:
            raise ValueError("mix: no share is above 0; name the categories and their shares, or write natural")
        return self

    @property
    def rows(self) -> int:
        """Rows a step."""
        return self.batch // self.length

    @property
    def steps(self) -> int:
        return -(-self.tokens // self.batch)


class Rate(_Section):
    """The learning rate: linear warm-up, then down to `floor` of the peak where stages that anneal begin."""

    peak: float = Field(default=3e-4, gt=0, allow_inf_nan=False)
    warmup: Annotated[int, BeforeValidator(_count), Field(ge=0)] = 0  # steps
    shape: Literal["cosine", "linear", "constant"] = "cosine"
    floor: float = Field(default=0.01, ge=0, le=1)  # Llama 3: 8e-7 of 8e-5


class Optimizer(_Section):
    beta1: float = Field(default=0.9, ge=0, lt=1)
    beta2: float = Field(default=0.95, ge=0, lt=1)
    eps: float = Field(default=1e-8, gt=0, allow_inf_nan=False)
    weight_decay: float = Field(default=0.1, ge=0, allow_inf_nan=False)
    clip: float = Field(default=1.0, gt=0)  # the norm of all gradients
    z_loss: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    states: Literal["fp32", "bf16"] = "fp32"


class Parallel(_Section):
    """Ranks along each axis of the mesh; `data: 0` takes what the others leave."""

    data: int = Field(default=0, ge=0)
    pipeline: int = Field(default=1, ge=1)
    context: int = Field(default=1, ge=1)
    tensor: int = Field(default=1, ge=1)
    schedule: Literal["1f1b", "interleaved"] = "1f1b"
    microbatch: int = Field(default=1, ge=1)  # rows of a rank that go through the model at once
    checkpointing: Literal["none", "selective", "full"] = "none"  # activations made anew in the backward pass


class Checkpoints(_Section):
    every: Count = 500  # steps
    keep: int = Field(default=3, ge=1)
    folder: str | None = None  # where, s3:// and gs:// too; checkpoints/ in the run's folder where absent
    near: str | None = None  # a folder in a node's own memory (/dev/shm), where restarts find what they need
    # At the end, the mean of this many of the last checkpoints of the annealing; closer than `every` where it is short.
    average: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _averaged_are_kept(self) -> Checkpoints:
        if self.average > self.keep:
            raise ValueError(f"average ({self.average}) needs as many checkpoints as that; set keep to {self.average}")
        return self


class Spikes(_Section):
    """What is a spike, and what is done of it."""

    policy: Literal["skip", "rewind", "stop"] = "skip"
    above: float = Field(default=3.0, gt=0)  # nats over the running mean of the loss
    norm_above: float = Field(default=10.0, gt=1)  # times the running mean of the gradients' norm
    after: int = Field(default=100, ge=0)  # steps before anything but NaN and infinity is a spike
    most: int = Field(default=20, ge=0)  # in one run: after as many it stops


class Faults(_Section):
    """What the supervisor does when a rank dies or stands still."""

    restarts: int = Field(default=100, ge=0)  # without a new step in between: 3
    hang_after: float = Field(default=1800.0, gt=0)  # seconds without a heartbeat of some rank
    start: Seconds = 1800.0  # the same before a rank's first step; hang_after where that is longer
    collective_timeout: Seconds = 600.0
    drain: Seconds = 120.0  # that SIGTERM leaves for the last checkpoint
    straggler: float = Field(default=1.5, gt=1)  # times the median rank's time of work in a step
    node_wait: Seconds = 600.0  # that nodes wait for one that is missing
    fewer_nodes: bool = False  # then go on with fewer data-parallel ranks, where mesh and lanes allow: other roundings


class TrainingRecipe(_Section):
    name: str = "run"
    corpora: dict[Name, str] = Field(min_length=1)  # name: a finished run, or its tokens/ folder; local, s3://, gs://
    model: str | dict[str, Any]
    init: str | None = None  # a Hugging Face folder, or a checkpoint of another run, to begin from
    seed: int = Field(default=0, ge=0, lt=1 << 63)
    stages: list[Stage] = Field(min_length=1)
    lanes: Count = 64  # row groups of a large stream that are read side by side: more mix better, and take more memory
    rate: Rate = Rate()
    optimizer: Optimizer = Optimizer()
    precision: Literal["auto", "fp32", "bf16"] = "auto"
    kernels: Annotated[dict[Kernel, Way], BeforeValidator(each), Field(default="auto", validate_default=True)]
    deterministic: bool = True
    parallel: Parallel = Parallel()
    checkpoints: Checkpoints = Checkpoints()
    spikes: Spikes = Spikes()
    faults: Faults = Faults()
    cache: str | None = None  # folder for shards of remote corpora; ~/.cache/curate/shards where absent
    cache_size: Count = 100_000_000_000  # bytes it may hold
    tensorboard: bool = True
    page: bool = True  # index.html, made anew while the run goes on

    @model_validator(mode="before")
    @classmethod
    def _one_corpus(cls, given: Any) -> Any:
        """`corpus: folder` is short for a single one."""
        if isinstance(given, dict) and "corpus" in given:
            if "corpora" in given:
                raise ValueError("say corpus or corpora, not both")
            given = {**given, "corpora": {"corpus": given["corpus"]}}
            del given["corpus"]
        return given

    @model_validator(mode="after")
    def _parts_agree(self) -> TrainingRecipe:
        if self.spikes.policy == "rewind" and self.checkpoints.keep < 2:
            raise ValueError("spikes.policy: rewind goes back to a checkpoint; set checkpoints.keep to 2 or more")
        order = [stage.anneal for stage in self.stages]
        if order != sorted(order):
            raise ValueError("stages: a stage that anneals ends at a rate of zero; only others that anneal may follow")
        return self

    @property
    def steps(self) -> int:
        return sum(stage.steps for stage in self.stages)

    @property
    def main(self) -> int:
        """Steps before the annealing."""
        return sum(stage.steps for stage in self.stages if not stage.anneal)

    @property
    def averaged(self) -> list[int]:
        """The steps whose weights are averaged at the end."""
        annealing, wanted = self.steps - self.main, self.checkpoints.average
        apart = min(self.checkpoints.every, max(1, annealing // max(1, wanted)))
        return [*range(self.steps, self.main, -apart)[:wanted]][::-1]

    def saves(self, step: int) -> bool:
        """Whether there is a checkpoint of this step however the run goes; SIGTERM may leave others in between."""
        averaged = self.averaged
        if averaged and step >= averaged[0]:  # no others, which would push these out
            return step in averaged
        return step % self.checkpoints.every == 0 or step == self.steps

    def config(self, vocab_size: int | None = None) -> ModelConfig:
        """The model's shape; its vocabulary is that of the corpora where the recipe says nothing of it."""
        return model_config(self.model, vocab_size)

    def to_yaml(self) -> str:
        return yaml.safe_dump(self.model_dump(mode="json"), sort_keys=False, allow_unicode=True)


def load(path: str | Path, changes: dict[str, Any] | None = None) -> TrainingRecipe:
    """Of a YAML file, or a shipped name; `changes` are {"rate.peak": 1e-3, ...}. TrainingError names the field."""
    file = Path(path)
    if str(path) in shipped():
        file = _SHIPPED / f"{path}.yaml"
    elif not file.is_file():
        raise TrainingError(
            f"{path}: there is no such file, nor a recipe of that name; there are {', '.join(shipped())}"
        )
    try:
        content = file.read_bytes()
    except OSError as error:
        raise TrainingError(f"{path}: cannot be read ({error.strerror}); see that it may be") from None
    return of(parse(content, str(path)), str(path), changes)


def shipped() -> list[str]:
    """The names of the recipes that come along."""
    return sorted(file.stem for file in _SHIPPED.glob("*.yaml"))


def of(given: Any, name: str = "recipe", changes: dict[str, Any] | None = None) -> TrainingRecipe:
    """Of the mapping that a recipe's file holds."""
    if not isinstance(given, dict):
        raise TrainingError(f"{name}: holds no mapping of fields; it begins with `corpus:` and `model:`")
    for dotted, value in (changes or {}).items():
        given = _changed(given, dotted.split("."), value, f"{name}: {dotted}")
    try:
        recipe = TrainingRecipe.model_validate(given)
    except ValidationError as error:
        raise TrainingError(f"{name}: {_first(error)}") from None
    recipe.config(1)
    return recipe


def _first(error: ValidationError) -> str:
    """The first thing that is wrong; of a field that may be of two kinds, of the one that it comes closest to."""
    found = [(_field(one["loc"]), _said(one["type"], one["loc"], one["msg"])) for one in error.errors()]
    first = found[0][0]
    at, said = max((one for one in found if one[0][: len(first)] == first), key=lambda one: len(one[0]))
    where = ".".join(at)
    return f"{where + ': ' if where else ''}{said[0].lower() + said[1:]}"


def _said(kind: str, loc: tuple[int | str, ...], said: str) -> str:
    if kind != "extra_forbidden":
        return said.removeprefix("Value error, ")
    section: type[BaseModel] = TrainingRecipe
    for part in loc:
        if part in section.model_fields:
            hint = section.model_fields[str(part)].annotation
            kinds = [one for one in (hint, *get_args(hint)) if isinstance(one, type)]
            section = next(one for one in kinds if issubclass(one, _Section))
    return f"there is no such field; there are {', '.join(section.model_fields)}"


def _field(loc: tuple[int | str, ...]) -> tuple[str, ...]:
    """Without what pydantic puts in of a kind that was tried, `mix.dict[str,float].code`, or of a key."""
    parts = tuple(str(part) for part in loc if part != "[key]")
    at = next((n for n, part in enumerate(parts) if part in ("model", "mix")), len(parts))
    return parts[: at + 1] + parts[at + 2 :]


def _changed(given: Any, path: list[str], value: Any, name: str) -> Any:
    at, *below = path
    if isinstance(given, list):
        if not at.isdecimal() or int(at) >= len(given):
            raise TrainingError(f"{name}: there is no entry {at}; there are {len(given)}, from 0")
        return [
            _changed(one, below, value, name) if below and n == int(at) else (value if n == int(at) else one)
            for n, one in enumerate(given)
        ]
    if not isinstance(given, dict):
        raise TrainingError(f"{name}: has no fields to change")
    return {**given, at: _changed(given.get(at, {}), below, value, name) if below else value}
