"""A published model from the hub into a folder: safetensors only, every file's SHA-256 on record.

Weights that are pickles are never downloaded, nor anything that is code. What lands in the folder is checked against
the digests known beforehand; those of the other files are recorded in pinned.json as they came with the commit, and
`check` holds the folder against them from then on. The folder appears whole or not at all.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classifiers.models.known import Known
from curate.errors import RunStopped, UserError
from curate.model_card import sha256

PINNED = "pinned.json"
WEIGHTS = ".safetensors"
BESIDE = (
    "config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "vocab.json",
    "merges.txt",
)
SHARDS = "model.safetensors.index.json"


@dataclass(frozen=True)
class Listing:
    """What the hub says of a model's commit."""

    files: tuple[str, ...]
    licence: str | None


def get(model: Known, folder: str | Path, licence: str | None = None, endpoint: str | None = None) -> dict[str, Any]:
    """Download into `folder`, which must not exist yet; what pinned.json says of it."""
    folder = Path(folder)
    if model.package is not None:
        raise UserError(f"{model.name}: comes in the package {model.package.split('/')[0]}; there is nothing to get")
    if folder.exists():
        raise UserError(f"{folder}: is there already; `curate models check {folder}` tells whether it is whole")
    with _sentence(model):
        listing = listed(model, endpoint)
    stated = model.licence or licence or listing.licence
    if stated is None:
        raise UserError(f"{model.name}: the hub states no licence of it; say it with --licence once you know it")
    wanted = _wanted(model, listing.files)
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    part = scratch / "whole"  # others may read it, as they may not what mkdtemp makes
    try:
        part.mkdir()
        files = {name: _one(model, name, part, endpoint) for name in wanted}
        said = {"name": model.name, "revision": model.revision, "licence": stated, "files": files}
        shutil.rmtree(part / ".cache", ignore_errors=True)
        (part / PINNED).write_text(f"{json.dumps(said, indent=1, sort_keys=True)}\n", "utf-8")
        os.replace(part, folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return said


def _wanted(model: Known, files: tuple[str, ...]) -> list[str]:
    """Weights in safetensors and what a tokenizer and a configuration are in; of weights the whole model's only."""
    weights = [name for name in files if name.endswith(WEIGHTS) and "/" not in name]
    if "model.safetensors" in weights:
        weights = ["model.safetensors"]
    if not weights:
        raise UserError(
            f"{model.name}: has no weights in safetensors at {model.revision}, and pickles are not loaded; "
            "look for a later commit or a pull request that converts them"
        )
    return sorted({*weights, *(name for name in (*BESIDE, SHARDS) if name in files)})


def listed(model: Known, endpoint: str | None = None) -> Listing:
    """Asked once: without a network this fails at once, where a download tries again and again."""
    from huggingface_hub import HfApi

    found = HfApi(endpoint=endpoint).model_info(model.name, revision=model.revision)
    if found.sha not in (None, model.revision):
        raise UserError(f"{model.name}: the hub gave commit {found.sha} in place of {model.revision}")
    licence = found.card_data.get("license") if found.card_data else None
    return Listing(tuple(sorted(one.rfilename for one in found.siblings or ())), str(licence) if licence else None)


def _one(model: Known, name: str, folder: Path, endpoint: str | None) -> str:
    """Download one file; its SHA-256, which is the known one where one is known."""
    from huggingface_hub import hf_hub_download

    with _sentence(model):
        path = hf_hub_download(model.name, name, revision=model.revision, local_dir=folder, endpoint=endpoint)
    found = sha256(str(path))
    if (expected := model.files.get(name, found)) != found:
        raise UserError(
            f"{model.name}: {name} has the SHA-256 {found[:12]} and not {expected[:12]}, which is known of it; "
            "nothing was kept. Ask whoever serves the hub to you"
        )
    return found


@contextmanager
def _sentence(model: Known) -> Iterator[None]:
    """What goes wrong on the way to the hub, told in one sentence: no network, no such commit, no rights."""
    try:
        yield
    except UserError:
        raise
    except Exception as error:  # the hub's client, its transport and the system each have kinds of their own
        why = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise RunStopped(
            f"{model.name}: the hub did not give it ({why.rstrip('.')}). Try again, or get it on a machine with a "
            "network and copy the folder"
        ) from error
