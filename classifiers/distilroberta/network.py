"""The network: transformers' RoBERTa with a head for classes, as it is built, run and kept.

`logits` always takes a mask of four dimensions. transformers drops a mask of two where no row is padded, and another
kernel of attention then adds up in another order: a document's score would depend on what it is batched with.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch
    from transformers import RobertaForSequenceClassification

    from classifiers.distilroberta.base import Base

ENCODER = "roberta."
NOT_TAKEN = ("lm_head.", "classifier.", "roberta.pooler.", "pooler.", "qa_outputs.")


def build(base: Base, names: Sequence[str], dropout: float, seed: int) -> RobertaForSequenceClassification:
    """A model for classes `names`: encoder of the base, or random; a random head. The same for the same seed."""
    import torch

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = of_config(
            {**base.config, "hidden_dropout_prob": dropout, "attention_probs_dropout_prob": dropout}, names
        )
    if base.weights is not None:
        _take_encoder(model, base.weights, base.name)
    return model


def of_config(config: dict[str, Any], names: Sequence[str]) -> RobertaForSequenceClassification:
    from transformers import RobertaConfig, RobertaForSequenceClassification

    kept = {k: v for k, v in config.items() if k not in ("num_labels", "id2label", "label2id", "auto_map", "dtype")}
    kept |= {"model_type": "roberta", "architectures": ["RobertaForSequenceClassification"]}
    kept |= {"id2label": dict(enumerate(names)), "label2id": {name: k for k, name in enumerate(names)}}
    try:
        made = RobertaConfig(**kept)
        return RobertaForSequenceClassification._from_config(made, attn_implementation="sdpa").float()
    except Exception as why:  # each field has a check of its own kind
        first = " ".join(str(why).split())[:200]
        raise ValueError(f"config.json: is not that of a RoBERTa that can be built ({first})") from None


def logits(model: RobertaForSequenceClassification, ids: torch.Tensor, mask: torch.Tensor, bf16: bool) -> torch.Tensor:
    """fp32[rows, classes] of ids int64[rows, length] and mask bool[rows, length]; the head is fp32 always."""
    import torch

    with torch.autocast(ids.device.type, torch.bfloat16, enabled=bf16):
        hidden = model.roberta(input_ids=ids, attention_mask=mask[:, None, None, :]).last_hidden_state
    return model.classifier(hidden.float())


def files(model: RobertaForSequenceClassification, tokenizer_json: str) -> dict[str, bytes]:
    """What a folder holds beside its card. transformers' from_pretrained reads it too."""
    from safetensors.torch import save

    weights = {name: value.detach().cpu().contiguous() for name, value in model.state_dict().items()}
    config = json.dumps(model.config.to_dict(), indent=1, sort_keys=True)
    return {
        "config.json": f"{config}\n".encode(),
        "model.safetensors": save(weights, metadata={"format": "pt"}),
        "tokenizer.json": tokenizer_json.encode(),
    }


def load(
    config: dict[str, Any], weights: dict[str, torch.Tensor], names: Sequence[str], folder: str
) -> RobertaForSequenceClassification:
    """The model whose files a folder holds, whole: encoder and head."""
    import torch

    with torch.random.fork_rng(devices=[]):  # random weights are drawn, then replaced
        model = of_config(config, names)
    _refuse_misfit(model.state_dict(), weights, folder)
    model.load_state_dict(weights)
    return model.eval()


def placed(
    model: RobertaForSequenceClassification, device: torch.device, bf16: bool
) -> RobertaForSequenceClassification:
    """On its device, for reading only; matrices that autocast would round for each batch are rounded once."""
    import torch

    if bf16:
        for module in model.roberta.modules():
            if isinstance(module, torch.nn.Linear):
                module.to(torch.bfloat16)
    return moved(model, device).eval()


def moved(model: Any, device: torch.device) -> RobertaForSequenceClassification:
    return model.to(device)


def _take_encoder(model: Any, weights: dict[str, torch.Tensor], name: str) -> None:
    """The checkpoint's encoder, whichever model it was saved from."""
    prefix = ENCODER if any(key.startswith(ENCODER) for key in weights) else ""
    own = model.roberta.state_dict()
    found = {
        key.removeprefix(prefix): value.float()
        for key, value in weights.items()
        if not key.startswith(NOT_TAKEN) and key.removeprefix(prefix) in own
    }
    _refuse_misfit(own, found, name)
    model.roberta.load_state_dict(found)


def _refuse_misfit(own: dict[str, torch.Tensor], found: dict[str, torch.Tensor], where: str) -> None:
    """ValueError names the first tensor that is missing or of another shape."""
    for key in sorted(own):
        if key not in found:
            raise ValueError(f"{where}: model.safetensors has no {key}; it is not a whole RoBERTa as config.json says")
        if found[key].shape != own[key].shape:
            sizes = f"{list(found[key].shape)}, not {list(own[key].shape)}"
            raise ValueError(f"{where}: model.safetensors has {key} of {sizes}; config.json is that of another model")
