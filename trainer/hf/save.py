"""A model written as a Hugging Face Llama checkpoint: what transformers, vLLM and lm-eval-harness read.

The folder is written beside its place and then renamed, so it is whole or absent.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import save_file
from torch import Tensor

from trainer.config import ModelConfig
from trainer.errors import TrainingError
from trainer.hf import config as configs
from trainer.hf import names, tokenizer
from trainer.hf.load import INDEX, SINGLE
from trainer.vocabulary import Vocabulary

SHARD = 5 * 10**9  # bytes a file, as on the hub


def save(
    config: ModelConfig,
    state: Mapping[str, Tensor],
    folder: str | Path,
    vocabulary: Vocabulary | None = None,
    *,
    dtype: torch.dtype | None = None,
    longest: int | None = None,
    shard: int = SHARD,
) -> None:
    """`state` by our names; of a tied model `output.weight` may be there and is left out. `longest` is the longest row
    the model was trained on. An earlier checkpoint in `folder` is replaced; anything else there is not touched.
    """
    target = Path(folder)
    if target.exists() and not _replaceable(target):
        raise TrainingError(f"{target}: exists and is no Hugging Face checkpoint; name a new folder")
    if vocabulary is not None and vocabulary.size > config.vocab_size:
        raise TrainingError(
            f"{target}: the vocabulary has {vocabulary.size} ids and the model {config.vocab_size}; "
            "give the vocabulary that the model was trained on"
        )
    beside = target.with_name(f".{target.name}.{os.getpid()}.partial")
    shutil.rmtree(beside, ignore_errors=True)
    try:
        beside.mkdir(parents=True)
        _write(config, _theirs(config, state, dtype), beside, vocabulary, longest, shard)
        _put(beside, target)
    except OSError as error:
        raise TrainingError(f"{target}: cannot be written ({error.strerror}); name another folder") from None
    except SafetensorError as error:
        raise TrainingError(f"{target}: cannot be written ({error}); name another folder") from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _write(
    config: ModelConfig,
    tensors: dict[str, Tensor],
    folder: Path,
    vocabulary: Vocabulary | None,
    longest: int | None,
    shard: int,
) -> None:
    stored = str(tensors["model.embed_tokens.weight"].dtype).removeprefix("torch.")
    ends = (vocabulary.end_of_text, vocabulary.padding) if vocabulary else (None, None)
    longest = longest or configs.default_longest(config)
    (folder / "config.json").write_text(json.dumps(configs.written(config, stored, longest, *ends), indent=2) + "\n")
    for file in _write_tensors(tensors, folder, shard):
        shutil.copymode(folder / "config.json", folder / file)  # safetensors makes them for their owner alone
    if vocabulary is not None:
        for name, content in tokenizer.files(vocabulary, longest).items():
            (folder / name).write_bytes(content)


def _theirs(config: ModelConfig, state: Mapping[str, Tensor], dtype: torch.dtype | None) -> dict[str, Tensor]:
    found = {}
    for ours, theirs in names.theirs(config).items():
        if ours not in state:
            raise TrainingError(f"the model's state has no {ours}; give the state of all stages and ranks together")
        tensor = state[ours].detach()
        if tuple(tensor.shape) != names.shape(ours, config):
            raise TrainingError(f"{ours} is {tuple(tensor.shape)}, and the model makes it {names.shape(ours, config)}")
        found[theirs] = tensor.to("cpu", dtype or tensor.dtype).contiguous()
    return found


def _write_tensors(tensors: dict[str, Tensor], folder: Path, shard: int) -> list[str]:
    parts = _parts(tensors, shard)
    files = [SINGLE] if len(parts) == 1 else [f"model-{n:05d}-of-{len(parts):05d}.safetensors" for n in _from_1(parts)]
    for file, part in zip(files, parts, strict=True):
        save_file({name: tensors[name] for name in part}, folder / file, metadata={"format": "pt"})
    if len(parts) > 1:
        placed = {name: file for file, part in zip(files, parts, strict=True) for name in part}
        size = sum(tensor.nbytes for tensor in tensors.values())
        index = {"metadata": {"total_size": size}, "weight_map": placed}
        (folder / INDEX).write_text(json.dumps(index, indent=2) + "\n")
    return files


def _parts(tensors: dict[str, Tensor], shard: int) -> list[list[str]]:
    """Names in their order, cut where a file would pass `shard` bytes."""
    parts: list[list[str]] = [[]]
    held = 0
    for name, tensor in tensors.items():
        if parts[-1] and held + tensor.nbytes > shard:
            parts.append([])
            held = 0
        parts[-1].append(name)
        held += tensor.nbytes
    return parts


def _from_1(parts: list[list[str]]) -> range:
    return range(1, len(parts) + 1)


def _replaceable(target: Path) -> bool:
    return target.is_dir() and ((target / "config.json").is_file() or not any(target.iterdir()))


def _put(beside: Path, target: Path) -> None:
    for file in beside.iterdir():
        with open(file, "rb") as written:
            os.fsync(written.fileno())
    before = target.with_name(f".{target.name}.{os.getpid()}.before")
    if target.exists():
        os.rename(target, before)
    os.rename(beside, target)
    shutil.rmtree(before, ignore_errors=True)
