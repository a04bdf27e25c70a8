"""The shape of a model: Llama 3's (Grattafiori et al. 2024, table 3), and proxies small enough to choose a mix with.

Pre-norm decoder with grouped-query attention, rotary positions of base 500,000, SwiGLU, no biases. `rope_scaling` is
Llama 3.1's: frequencies whose wavelength is longer than what the model was pretrained at are divided by `factor`,
those much shorter stay, in between they are blended. This module imports no torch.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from math import inf
from typing import Any

from trainer.errors import TrainingError

ROPE_THETA = 500_000.0


@dataclass(frozen=True)
class RopeScaling:
    """Wavelengths above `original_length` / `low_freq_factor` tokens are stretched `factor` times."""

    factor: float = 8.0
    low_freq_factor: float = 1.0
    high_freq_factor: float = 4.0
    original_length: int = 8192

    def __post_init__(self) -> None:
        for name in ("factor", "low_freq_factor", "high_freq_factor", "original_length"):
            _above_zero(f"rope_scaling.{name}", getattr(self, name))
        if self.low_freq_factor >= self.high_freq_factor:
            raise TrainingError(
                f"model.rope_scaling: low_freq_factor ({self.low_freq_factor:g}) must be below "
                f"high_freq_factor ({self.high_freq_factor:g})"
            )


@dataclass(frozen=True)
class ModelConfig:
    """Widths in elements; `ffn_dim` is that of SwiGLU's gate and of its value, each."""

    dim: int
    layers: int
    heads: int
    kv_heads: int
    ffn_dim: int
    vocab_size: int = 128_256
    head_dim: int = 0  # dim / heads where it is not said
    rope_theta: float = ROPE_THETA
    rope_scaling: RopeScaling | None = None
    norm_eps: float = 1e-5
    tied_embeddings: bool = False

    def __post_init__(self) -> None:
        self._see_kinds()
        counts = (self.dim, self.layers, self.heads, self.kv_heads, self.ffn_dim, self.vocab_size)
        if min(counts) < 1:
            raise TrainingError(f"model: every width and count is at least 1, not {min(counts)}")
        if self.heads % self.kv_heads:
            raise TrainingError(f"model: heads ({self.heads}) must be a multiple of kv_heads ({self.kv_heads})")
        if not self.head_dim:
            if self.dim % self.heads:
                raise TrainingError(
                    f"model: dim ({self.dim}) must be a multiple of heads ({self.heads}); or say head_dim"
                )
            object.__setattr__(self, "head_dim", self.dim // self.heads)
        if self.head_dim % 2 or self.head_dim < 2:
            raise TrainingError(f"model: head_dim ({self.head_dim}) must be even, since rotary positions turn pairs")

    def _see_kinds(self) -> None:
        for name in ("dim", "layers", "heads", "kv_heads", "ffn_dim", "vocab_size", "head_dim"):
            given = getattr(self, name)
            if isinstance(given, bool) or not isinstance(given, int):
                raise TrainingError(f"model.{name}: {given!r} is no whole number; write its digits, such as 4096")
        for name in ("rope_theta", "norm_eps"):
            _above_zero(name, getattr(self, name))
        if not isinstance(self.tied_embeddings, bool):
            raise TrainingError(f"model.tied_embeddings: {self.tied_embeddings!r} is neither true nor false")
        if not isinstance(self.rope_scaling, RopeScaling | None):
            raise TrainingError(
                f"model.rope_scaling: {self.rope_scaling!r} is no scaling; write its fields, such as {{factor: 8}}"
            )


def _above_zero(name: str, given: Any) -> None:
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 < given < inf:
        raise TrainingError(f"model.{name}: {given!r} is no number above 0")


_LLAMA_31 = RopeScaling()
_LLAMA_32 = RopeScaling(factor=32.0)

PRESETS: dict[str, ModelConfig] = {
    # Grattafiori et al. 2024, table 3
    "8b": ModelConfig(4096, 32, 32, 8, 14_336),
    "70b": ModelConfig(8192, 80, 64, 8, 28_672),
    "405b": ModelConfig(16_384, 126, 128, 8, 53_248),
    # the same with 128 K of context
    "8b-128k": ModelConfig(4096, 32, 32, 8, 14_336, rope_scaling=_LLAMA_31),
    "70b-128k": ModelConfig(8192, 80, 64, 8, 28_672, rope_scaling=_LLAMA_31),
    "405b-128k": ModelConfig(16_384, 126, 128, 8, 53_248, rope_scaling=_LLAMA_31),
    # Llama 3.2
    "1b": ModelConfig(2048, 16, 32, 8, 8192, tied_embeddings=True),
    "3b": ModelConfig(3072, 28, 24, 8, 8192, tied_embeddings=True),
    "1b-128k": ModelConfig(2048, 16, 32, 8, 8192, rope_scaling=_LLAMA_32, tied_embeddings=True),
    "3b-128k": ModelConfig(3072, 28, 24, 8, 8192, rope_scaling=_LLAMA_32, tied_embeddings=True),
    # Proxies, named for the parameters of their blocks: what a mix changes shows at these sizes first.
    "proxy-1m": ModelConfig(128, 6, 4, 2, 352, tied_embeddings=True),
    "proxy-15m": ModelConfig(384, 8, 6, 2, 1024, tied_embeddings=True),
    "proxy-60m": ModelConfig(768, 9, 12, 4, 2048, tied_embeddings=True),
    "proxy-150m": ModelConfig(1024, 12, 16, 8, 2816, tied_embeddings=True),
    "proxy-400m": ModelConfig(1536, 16, 12, 4, 4096, tied_embeddings=True),
}


def model_config(given: str | dict[str, Any], vocab_size: int | None = None) -> ModelConfig:
    """A preset by name, or fields of one's own, over `preset:` if that is among them.

    `vocab_size`, where given, is what the corpus has; a model that says no size of its own takes it.
    TrainingError names the field that is wrong.
    """
    asked: dict[str, Any] = {"preset": given} if isinstance(given, str) else _numbers(given)
    preset = asked.pop("preset", None)
    known = {field.name for field in fields(ModelConfig)}
    if unknown := sorted(set(asked) - known):
        raise TrainingError(f"model: there is no field {unknown[0]}; a model has {', '.join(sorted(known))}")
    if isinstance(asked.get("rope_scaling"), dict):
        asked["rope_scaling"] = _scaling(_numbers(asked["rope_scaling"]))
    if vocab_size is not None:
        asked.setdefault("vocab_size", vocab_size)
    if preset is None:
        if missing := sorted({"dim", "layers", "heads", "kv_heads", "ffn_dim"} - set(asked)):
            raise TrainingError(f"model: {missing[0]} is missing; name a preset, or every width")
        return ModelConfig(**asked)
    if not isinstance(preset, str) or preset not in PRESETS:
        raise TrainingError(f"model: there is no preset {preset!r}; there are {', '.join(PRESETS)}")
    if "head_dim" not in asked and {"dim", "heads"} & set(asked):
        asked["head_dim"] = 0
    return replace(PRESETS[preset], **asked)


def _scaling(given: dict[str, Any]) -> RopeScaling:
    known = {field.name for field in fields(RopeScaling)}
    if unknown := sorted(set(given) - known):
        raise TrainingError(f"model.rope_scaling: there is no field {unknown[0]}; it has {', '.join(sorted(known))}")
    return RopeScaling(**given)


def _numbers(given: dict[str, Any]) -> dict[str, Any]:
    """`norm_eps: 1e-5`, which YAML takes for a word, since it has no point, is a number."""
    return {name: _number(value) if name != "preset" else value for name, value in given.items()}


def _number(given: Any) -> Any:
    try:
        return float(given) if isinstance(given, str) else given
    except ValueError:
        return given
