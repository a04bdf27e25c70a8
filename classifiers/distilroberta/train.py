"""Train a transformer on labels and keep it in a folder with its card.

A function of labels, base, settings and seed: splits by key, vocabulary and weights from the seed, and on a CPU the
same bytes again with the same number of threads. The folder appears whole or not at all.

Cost on one core (AMD EPYC with avx512_bf16): a hundred documents a second and epoch for the small model from scratch,
one of 512 tokens for DistilRoBERTa, which asks for a GPU.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np

from classifiers import place
from classifiers.distilroberta.windows import POOLING
from classifiers.figures import figures
from classifiers.labels import Labels
from classifiers.sides import described, sides
from classifiers.task import Task
from curate import model_card
from curate.counted import counted
from curate.model_card import Card
from curate.storage import join, local_path, write_bytes

if TYPE_CHECKING:
    from classifiers.distilroberta.base import Base
    from classifiers.distilroberta.loop import Examples
    from classifiers.distilroberta.reader import Reader

STOPPING = "best epoch by validation AUC, then loss"


def train(
    task: Task,
    labels: Labels,
    out: str,
    seed: int = 0,
    settings: Mapping[str, Any] | None = None,
    base: str = "scratch",
    device: str = "auto",
    licence: str | None = None,
    tell: Callable[[str], None] = print,
) -> Card:
    """The card of the model now in `out`; ValueError says what is wrong with labels, settings or base."""
    from classifiers.distilroberta import base as bases
    from classifiers.distilroberta import device as devices
    from classifiers.distilroberta import loop, network
    from classifiers.distilroberta import settings as chosen
    from classifiers.distilroberta.reader import Reader, specials

    place.refuse(out, task.name)
    wanted = chosen.of(settings, base == bases.SCRATCH)
    where = devices.pick(device)
    learnt, choosing, testing = sides(labels, seed)
    start = bases.of(base, wanted, (text or "" for text in learnt.texts.to_pylist()))
    tell(_begun(start, learnt, choosing, testing))
    model = network.moved(network.build(start, task.names, wanted.dropout, seed), where)
    reader = Reader(
        model,
        start.tokenizer,
        specials(start.config),
        wanted.max_tokens,
        wanted.overlap,
        wanted.windows,
        where,
        devices.bf16(wanted.precision, where),
        len(task.names),
        task.positive_index,
    )
    told = loop.fit(reader, _examples(reader, learnt), _examples(reader, choosing), wanted, seed, tell)
    found = figures(choosing, reader.probabilities(choosing.texts), testing, reader.probabilities(testing.texts), seed)
    files = network.files(model, start.tokenizer.to_str(pretty=True))
    card = Card(
        task=task.name,
        kind="distilroberta",
        classes=task.names,
        positive=task.positive_class,
        files={name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
        licence=licence or start.licence or model_card.UNSTATED,
        task_digest=task.digest,
        seed=seed,
        data=described(labels),
        settings={**chosen.on_card(wanted, start.weights is None), "pooling": POOLING, "stopping": STOPPING},
        metrics={**found.metrics, "training": told},
        calibration=found.calibration,
        thresholds=found.thresholds,
        base=start.on_card,
        libraries=_libraries(),
    )
    _keep(card, files, out)
    return card


def _begun(start: Base, *parts: Labels) -> str:
    """The first line of progress."""
    documents = " + ".join(f"{len(part):,}" for part in parts)
    if start.weights is None:
        return f"{documents} documents (train, validation, test); a vocabulary of {start.tokenizer.get_vocab_size():,}"
    return f"{documents} documents (train, validation, test); encoder of {start.name}, a new head for the classes"


def _examples(reader: Reader, side: Labels) -> Examples:
    """Documents in windows; those without text teach nothing and are left out."""
    from classifiers.distilroberta.loop import Examples

    documents = [reader.windows_of(text or "") for text in side.texts.to_pylist()]
    read = np.array([k for k, document in enumerate(documents) if document], np.int64)
    if not len(read):
        raise ValueError(f"task {side.task.name}: {counted(len(side), 'document')} of a split, and none has text")
    return Examples([documents[k] for k in read.tolist()], side.classes[read])


def _libraries() -> dict[str, str]:
    return {name: version(name) for name in ("safetensors", "tokenizers", "torch", "transformers")}


def _keep(card: Card, files: dict[str, bytes], out: str) -> None:
    """Files, then the card. On this machine in a folder beside `out`, which takes its place in one step."""
    path = local_path(out)
    if path is None:
        _write(card, files, out)
        return
    path = os.path.abspath(path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    part = tempfile.mkdtemp(prefix=f".{os.path.basename(path)}.", dir=os.path.dirname(path))
    try:
        _write(card, files, f"{part}/new")
        if os.path.isdir(path):
            os.rename(path, f"{part}/old")
        os.rename(f"{part}/new", path)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _write(card: Card, files: dict[str, bytes], folder: str) -> None:
    for name, content in files.items():
        write_bytes(content, join(folder, name))
    model_card.write(card, folder)
