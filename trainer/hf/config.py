"""config.json of a Hugging Face Llama: read into a model's shape, and written from one.

Read as transformers 4 writes it (`rope_theta`, `rope_scaling`) and as 5 does (`rope_parameters`); written with both, so
that either loads it. What this trainer's model does not compute is refused: biases, other activations, other scalings
of rotary positions, quantised weights.
"""

from __future__ import annotations

from typing import Any

from trainer.config import ModelConfig, RopeScaling
from trainer.errors import TrainingError

WIDTHS = {
    "dim": "hidden_size",
    "layers": "num_hidden_layers",
    "heads": "num_attention_heads",
    "ffn_dim": "intermediate_size",
    "vocab_size": "vocab_size",
}
SCALING = {
    "factor": "factor",
    "low_freq_factor": "low_freq_factor",
    "high_freq_factor": "high_freq_factor",
    "original_length": "original_max_position_embeddings",
}


def read(given: Any, where: str) -> ModelConfig:
    """The shape that the mapping of a config.json tells; `where` names the file in errors."""
    if not isinstance(given, dict) or given.get("model_type") != "llama":
        kind = given.get("model_type") if isinstance(given, dict) else None
        raise TrainingError(f"{where}: model_type is {kind!r}; only checkpoints of Llama can be read")
    _refuse(given, where)
    for field in ("rope_parameters", "rope_scaling"):
        if not isinstance(given.get(field) or {}, dict):
            raise TrainingError(f"{where}: {field} is {given[field]!r}, no mapping; copy the file again")
    if missing := [theirs for theirs in WIDTHS.values() if not isinstance(given.get(theirs), int)]:
        raise TrainingError(f"{where}: {missing[0]} is missing or no whole number; copy the file again")
    rope = _rope(given)
    try:
        return ModelConfig(
            **{ours: given[theirs] for ours, theirs in WIDTHS.items()},
            kv_heads=given.get("num_key_value_heads") or given["num_attention_heads"],
            head_dim=given.get("head_dim") or 0,
            rope_theta=rope.get("rope_theta", 10_000.0),
            rope_scaling=_scaling(rope, where),
            norm_eps=given.get("rms_norm_eps", 1e-6),
            tied_embeddings=given.get("tie_word_embeddings", False),
        )
    except TrainingError as error:
        raise TrainingError(f"{where}: {error}") from None


def written(
    config: ModelConfig, dtype: str, longest: int | None, end_of_text: int | None, padding: int | None
) -> dict[str, Any]:
    """The mapping for config.json; documents begin with no special token, so there is none (`bos_token_id`)."""
    scaling = config.rope_scaling
    rope = {"rope_type": "default"}
    if scaling is not None:
        rope = {"rope_type": "llama3", **{theirs: getattr(scaling, ours) for ours, theirs in SCALING.items()}}
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        **{theirs: getattr(config, ours) for ours, theirs in WIDTHS.items()},
        "num_key_value_heads": config.kv_heads,
        "head_dim": config.head_dim,
        "max_position_embeddings": longest or default_longest(config),
        "rope_theta": config.rope_theta,
        "rope_scaling": rope if scaling is not None else None,
        "rope_parameters": {**rope, "rope_theta": config.rope_theta},
        "rms_norm_eps": config.norm_eps,
        "tie_word_embeddings": config.tied_embeddings,
        "hidden_act": "silu",
        "attention_bias": False,
        "mlp_bias": False,
        "initializer_range": 0.02,
        "bos_token_id": None,
        "eos_token_id": end_of_text,
        "pad_token_id": padding,
        "use_cache": True,
        "dtype": dtype,
        "torch_dtype": dtype,
    }


def default_longest(config: ModelConfig) -> int:
    """Llama 3 was trained at 8,192 tokens; with scaled positions, at 16 times the length they were made for."""
    return 8192 if config.rope_scaling is None else 16 * config.rope_scaling.original_length


def _refuse(given: dict[str, Any], where: str) -> None:
    for field, plain in (("attention_bias", False), ("mlp_bias", False), ("hidden_act", "silu")):
        if given.get(field, plain) != plain:
            raise TrainingError(f"{where}: {field} is {given[field]!r}; this model knows {plain!r} only")
    if given.get("quantization_config"):
        raise TrainingError(f"{where}: its weights are quantised; give the checkpoint that they were made from")


def _rope(given: dict[str, Any]) -> dict[str, Any]:
    """transformers 5's mapping, or 4's two fields put together."""
    if given.get("rope_parameters"):
        return {"rope_theta": given.get("rope_theta", 10_000.0), **given["rope_parameters"]}
    return {"rope_theta": given.get("rope_theta", 10_000.0), **(given.get("rope_scaling") or {})}


def _scaling(rope: dict[str, Any], where: str) -> RopeScaling | None:
    kind = rope.get("rope_type", rope.get("type", "default"))
    if kind == "default":
        return None
    if kind != "llama3":
        raise TrainingError(f"{where}: rotary positions are scaled by {kind!r}; this model knows llama3's scaling only")
    if missing := [theirs for theirs in SCALING.values() if not isinstance(rope.get(theirs), int | float)]:
        raise TrainingError(f"{where}: the scaling of rotary positions lacks {missing[0]}; copy the file again")
    return RopeScaling(**{ours: rope[theirs] for ours, theirs in SCALING.items()})
