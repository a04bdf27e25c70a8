"""Names and shapes of a Llama's tensors, ours and Hugging Face's.

The tensors themselves are the same: Hugging Face's checkpoints have the rows of the query and key matrices in halves
(pairs of rotation lie head_dim / 2 apart), and so does `trainer.kernels.rope`. Nothing is permuted.
"""

from __future__ import annotations

from trainer.config import ModelConfig

_IN_BLOCK = {
    "attention_norm.weight": "input_layernorm.weight",
    "attention.wq.weight": "self_attn.q_proj.weight",
    "attention.wk.weight": "self_attn.k_proj.weight",
    "attention.wv.weight": "self_attn.v_proj.weight",
    "attention.wo.weight": "self_attn.o_proj.weight",
    "ffn_norm.weight": "post_attention_layernorm.weight",
    "feed_forward.w1.weight": "mlp.gate_proj.weight",
    "feed_forward.w3.weight": "mlp.up_proj.weight",
    "feed_forward.w2.weight": "mlp.down_proj.weight",
}


def theirs(config: ModelConfig) -> dict[str, str]:
    """Our name to Hugging Face's, in the order of the layers."""
    names = {"tok_embeddings.weight": "model.embed_tokens.weight"}
    for at in range(config.layers):
        names |= {f"layers.{at}.{ours}": f"model.layers.{at}.{other}" for ours, other in _IN_BLOCK.items()}
    names["norm.weight"] = "model.norm.weight"
    if not config.tied_embeddings:
        names["output.weight"] = "lm_head.weight"
    return names


def shape(name: str, config: ModelConfig) -> tuple[int, ...]:
    """Of the tensor of our name."""
    dim, queries, keys = config.dim, config.heads * config.head_dim, config.kv_heads * config.head_dim
    return {
        "tok_embeddings": (config.vocab_size, dim),
        "output": (config.vocab_size, dim),
        "wq": (queries, dim),
        "wk": (keys, dim),
        "wv": (keys, dim),
        "wo": (dim, queries),
        "w1": (config.ffn_dim, dim),
        "w3": (config.ffn_dim, dim),
        "w2": (dim, config.ffn_dim),
    }.get(name.split(".")[-2], (dim,))
