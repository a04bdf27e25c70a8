"""A Hugging Face Llama checkpoint read: config.json, and safetensors in one file or in several with an index.

Pickles (`pytorch_model.bin`) are refused: reading one may run any code. Each tensor is checked against the shape that
config.json promises before anything is trained with it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from trainer.config import ModelConfig
from trainer.errors import TrainingError
from trainer.hf import config as configs
from trainer.hf import names

INDEX = "model.safetensors.index.json"
SINGLE = "model.safetensors"


def load(folder: str | Path, dtype: torch.dtype | None = None) -> tuple[ModelConfig, dict[str, Tensor]]:
    """The shape, and the tensors by the names that `Llama(config).named_parameters()` has; as stored, or in `dtype`.

    A tied model has no `output.weight`.
    """
    root = Path(folder)
    config = configs.read(_json(root / "config.json", root), f"{root}/config.json")
    files = _files(root)
    state = {}
    for ours, theirs in names.theirs(config).items():
        if theirs not in files:
            raise TrainingError(f"{root}: the tensor {theirs} is missing; the checkpoint is not whole, copy it again")
        state[ours] = _tensor(root / files[theirs], theirs, names.shape(ours, config))
    if strange := sorted(set(files) - set(names.theirs(config).values()) - {"lm_head.weight"} - _tables(files)):
        raise TrainingError(f"{root}: holds {strange[0]}, which no Llama of its config.json has")
    return config, {name: tensor if dtype is None else tensor.to(dtype) for name, tensor in state.items()}


def longest(folder: str | Path) -> int:
    """The longest row that the model was trained on, as its config.json says."""
    root = Path(folder)
    given = _json(root / "config.json", root)
    return int(given.get("max_position_embeddings") or configs.default_longest(configs.read(given, str(root))))


def _json(file: Path, root: Path) -> Any:
    if not file.is_file():
        raise TrainingError(f"{root}: there is no {file.name}; give the folder of a Hugging Face Llama checkpoint")
    try:
        return json.loads(file.read_text("utf-8"))
    except ValueError as error:
        raise TrainingError(f"{file}: is not JSON ({error}); copy it again") from None


def _files(root: Path) -> dict[str, str]:
    """Hugging Face's name of each tensor to the name of its file."""
    if (root / INDEX).is_file():
        index = _json(root / INDEX, root)
        placed = index.get("weight_map") if isinstance(index, dict) else None
        if not isinstance(placed, dict) or not all(isinstance(file, str) for file in placed.values()):
            raise TrainingError(f"{root / INDEX}: has no weight_map of tensors to files; copy it again")
        for file in sorted(set(placed.values())):
            if Path(file).name != file:
                raise TrainingError(f"{root / INDEX}: {file!r} is not the name of a file beside it")
            if not (root / file).is_file():
                raise TrainingError(f"{root / INDEX}: names {file}, which is not there; copy the checkpoint again")
        return placed
    if (root / SINGLE).is_file():
        with _opened(root / SINGLE) as stored:
            return dict.fromkeys(stored.keys(), SINGLE)
    if pickles := sorted(file.name for pattern in ("*.bin", "*.pt", "*.pth") for file in root.glob(pattern)):
        raise TrainingError(
            f"{root}: holds pickles only ({pickles[0]}), and reading one may run any code; convert it to safetensors"
        )
    raise TrainingError(f"{root}: there is neither {SINGLE} nor {INDEX}; copy the checkpoint's weights")


def _tensor(file: Path, name: str, shape: tuple[int, ...]) -> Tensor:
    with _opened(file) as stored:
        if name not in stored.keys():  # noqa: SIM118  the file is no mapping
            raise TrainingError(f"{file}: the tensor {name} is missing, though the index places it there")
        found = tuple(stored.get_slice(name).get_shape())
        if found != shape:
            raise TrainingError(f"{file}: {name} is {_by(found)}, and config.json makes it {_by(shape)}")
        tensor: Tensor = stored.get_tensor(name)
    if not tensor.is_floating_point() or tensor.element_size() == 1:
        raise TrainingError(f"{file}: {name} is {tensor.dtype}; weights are fp32, bf16 or fp16")
    return tensor


def _opened(file: Path) -> Any:
    try:
        return safe_open(file, framework="pt")
    except (SafetensorError, OSError) as error:
        raise TrainingError(f"{file}: is not whole safetensors ({error}); copy it again") from None


def _tables(files: dict[str, str]) -> set[str]:
    """Rotary frequencies, which old checkpoints store and which config.json tells as well."""
    return {name for name in files if name.endswith("rotary_emb.inv_freq")}


def _by(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))
