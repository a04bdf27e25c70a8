"""What a transformer starts from: a folder, a name of the hub pinned by its commit, or `scratch`.

Three files are read, and never another: config.json, model.safetensors, tokenizer.json. A checkpoint that comes as a
pickle (pytorch_model.bin) is refused and not opened, since opening it runs what it says; so is code that came with a
model. A tokenizer that is not the checkpoint's would train without complaint, on noise: its size, special tokens and
positions are held against config.json first.

Of the weights only the encoder is taken. A head that a checkpoint has was made for another question, and is made anew.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from classifiers.distilroberta.settings import Settings
from classifiers.models.known import Known, named
from curate.storage import exists, is_folder, join, read_bytes

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

FILES = ("config.json", "model.safetensors", "tokenizer.json")
PICKLES = ("pytorch_model.bin", "model.bin", "pytorch_model.pt", "model.pt", "model.pth", "model.ckpt", "model.pkl")
SCRATCH = "scratch"
FAMILY = ("roberta", "xlm-roberta")  # one architecture; XLM-RoBERTa is its multilingual checkpoint
SPECIAL_IDS = ("bos_token_id", "pad_token_id", "eos_token_id")
SPARE_ROWS = 256  # a checkpoint's vocabulary may be rounded up by so many


@dataclass(frozen=True)
class Base:
    name: str  # as it was given; of a folder the last part, since where it lay says nothing
    revision: str  # the hub's commit; "" where none is known
    licence: str | None
    digest: str  # SHA-256 of model.safetensors; of a model from scratch, of its vocabulary
    config: dict[str, Any]
    tokenizer: Tokenizer
    weights: dict[str, torch.Tensor] | None  # None: random

    @property
    def on_card(self) -> dict[str, str]:
        return {"name": self.name, "revision": self.revision, "digest": self.digest}


def of(name: str, settings: Settings, texts: Iterable[str]) -> Base:
    """The base of that name; `texts` are the training documents, read for a vocabulary where it is `scratch`."""
    if name == SCRATCH:
        return _scratch(settings, texts)
    if is_folder(name):
        return of_folder(name, settings.max_tokens, _said_when_got(name))
    if name.count("/") == 1 and not name.startswith((".", "/")) and "://" not in name:
        known = named(name)
        return of_folder(_of_hub(known), settings.max_tokens, known)
    raise ValueError(
        f"{name}: no such folder; a base model is a folder with {', '.join(FILES)}, "
        f"a name of the hub (distilbert/distilroberta-base), or {SCRATCH}"
    )


def of_folder(folder: str, max_tokens: int, known: Known) -> Base:
    """The checkpoint in a folder; ValueError says which file is missing or does not fit."""
    _refuse_without_files(folder)
    path = join(folder, "model.safetensors")
    content = read_bytes(path)
    digest = hashlib.sha256(content).hexdigest()
    if (expected := known.files.get("model.safetensors", digest)) != digest:
        raise ValueError(f"{path}: SHA-256 is {digest[:12]} and not {expected[:12]}; get {known.name} again")
    config = read_config(join(folder, "config.json"))
    tokenizer = read_tokenizer(join(folder, "tokenizer.json"))
    refuse_misfit(folder, config, tokenizer, max_tokens)
    weights = read_weights(content, path)
    return Base(known.name, known.revision or "", known.licence, digest, config, tokenizer, weights)


def read_config(path: str) -> dict[str, Any]:
    try:
        config = json.loads(read_bytes(path))
    except ValueError as why:
        raise ValueError(f"{path}: is not JSON ({why}); get the model again") from None
    kind = config.get("model_type") if isinstance(config, dict) else None
    if kind not in FAMILY:
        raise ValueError(f"{path}: model_type is {kind!r}; Curate trains {' and '.join(FAMILY)}")
    return config


def read_tokenizer(path: str) -> Tokenizer:
    """Without the truncation and padding that a file may ask for. `<s>` in a document is text, no special token."""
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_buffer(read_bytes(path))
    except Exception as why:  # the library raises Exception itself
        raise ValueError(f"{path}: is no tokenizer ({str(why).splitlines()[0]}); get the model again") from None
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.encode_special_tokens = True
    return tokenizer


def read_weights(content: bytes, path: str) -> dict[str, torch.Tensor]:
    from safetensors import SafetensorError
    from safetensors.torch import load

    try:
        return load(content)
    except SafetensorError as why:
        raise ValueError(f"{path}: is no safetensors file, or damaged ({why}); get the model again") from None


def refuse_misfit(folder: str, config: dict[str, Any], tokenizer: Tokenizer, max_tokens: int) -> None:
    """ValueError where tokenizer.json is not that of config.json, or windows are longer than its positions."""
    tokens, rows = tokenizer.get_vocab_size(), _whole(folder, config, "vocab_size")
    if not rows - SPARE_ROWS < tokens <= rows:
        raise ValueError(
            f"{folder}: tokenizer.json has {tokens:,} tokens, the model {rows:,}; it is the tokenizer of another model"
        )
    special = {id for id, token in tokenizer.get_added_tokens_decoder().items() if token.special}
    for field in SPECIAL_IDS:
        if config.get(field) not in special:
            raise ValueError(
                f"{folder}: config.json has {field} {config.get(field)}, no special token of tokenizer.json; "
                "it is the tokenizer of another model"
            )
    positions = _whole(folder, config, "max_position_embeddings") - int(config["pad_token_id"]) - 1
    if max_tokens > positions:
        raise ValueError(f"setting max_tokens: {max_tokens} is more than the {positions} that {folder} can read")


def _whole(folder: str, config: dict[str, Any], field: str) -> int:
    value = config.get(field)
    if not isinstance(value, int):
        raise ValueError(f"{folder}: config.json has {field} {value!r}, no whole number; get the model again")
    return value


def _scratch(settings: Settings, texts: Iterable[str]) -> Base:
    from classifiers.distilroberta import scratch

    tokenizer = scratch.vocabulary(texts, settings.vocabulary)
    digest = hashlib.sha256(tokenizer.to_str().encode()).hexdigest()
    tokenizer.encode_special_tokens = True
    return Base(SCRATCH, "", None, digest, scratch.config(settings, tokenizer.get_vocab_size()), tokenizer, None)


def _of_hub(known: Known) -> str:
    """Folder in the hub's local cache; the network is asked only where the cache has not all three files."""
    from huggingface_hub import snapshot_download

    from classifiers.models.get import listed

    wanted = list(FILES)
    with suppress(Exception):  # not in the cache
        folder = snapshot_download(known.name, revision=known.revision, allow_patterns=wanted, local_files_only=True)
        if all(exists(join(folder, file)) for file in FILES):
            return folder
    try:
        listed(known)
        return snapshot_download(known.name, revision=known.revision, allow_patterns=wanted)
    except Exception as error:  # many kinds: no network, no such model, no rights, offline mode
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise ValueError(
            f"{known.name}: is not in the local cache and the hub did not give it ({reason.rstrip('.')}); run `curate "
            f"models get {known.name}@{known.revision}` where there is a network, and name the folder that it makes"
        ) from None


def _said_when_got(folder: str) -> Known:
    """What `curate models get` wrote beside a checkpoint; of other folders the last part of the path."""
    from classifiers.models.get import PINNED

    if not exists(join(folder, PINNED)):
        return Known(os.path.basename(os.path.abspath(folder)))
    try:
        said = json.loads(read_bytes(join(folder, PINNED)))
        return Known(said["name"], licence=said["licence"], revision=said["revision"], files=dict(said["files"]))
    except (ValueError, TypeError, KeyError) as why:
        raise ValueError(f"{join(folder, PINNED)}: cannot be read: {why}; get the model again") from None


def _refuse_without_files(folder: str) -> None:
    missing = [file for file in FILES if not exists(join(folder, file))]
    if not missing:
        return
    pickled = [file for file in PICKLES if exists(join(folder, file))]
    if "model.safetensors" in missing and pickled:
        raise ValueError(
            f"{join(folder, pickled[0])}: is a pickle, which can run any code when it is opened, so it is not; "
            "convert it to model.safetensors, or get a revision that has one"
        )
    raise ValueError(f"{folder}: has no {missing[0]}; a base model is a folder with {', '.join(FILES)}")
