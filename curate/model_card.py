"""A classifier's folder: its files, and card.json, which says what they are, made of what, and how good.

    models/reasoning/
      card.json
      model.bin                                    kind fasttext
      model.safetensors config.json tokenizer.json kind distilroberta
      fast/ slow/                                  kind cascade: a folder of each, with its own card

A card names each file by its SHA-256, and `read` holds them against it: what was swapped or cut off is refused in a
sentence. Nothing here is ever unpickled.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from curate.card_checks import refuse
from curate.storage import exists, is_special, join, open_read, read_bytes, write_bytes

KINDS = ("fasttext", "distilroberta", "cascade")
CARD = "card.json"
VERSION = 1
UNSTATED = "not stated"  # the licence of a model whose maker said none


@dataclass(frozen=True)
class Card:
    """What card.json holds. `positive` is the class whose probability is the score; None where there are several."""

    task: str
    kind: str
    classes: tuple[str, ...]
    positive: str | None
    files: dict[str, str]  # name -> SHA-256
    licence: str
    task_digest: str
    seed: int
    data: dict[str, Any]  # digest, rows, keys, documents by class and by language
    settings: dict[str, Any]  # how it was trained
    metrics: dict[str, Any]  # on the keys kept for testing
    calibration: dict[str, Any] | None = None  # see classifiers.calibrate
    thresholds: dict[str, Any] = field(default_factory=dict)  # by yield and by precision
    base: dict[str, str] | None = None  # what a transformer started from: name, revision, digest
    libraries: dict[str, str] = field(default_factory=dict)
    version: int = VERSION

    @property
    def positive_index(self) -> int | None:
        """Where `positive` is among the classes."""
        return None if self.positive is None else self.classes.index(self.positive)

    @property
    def multi(self) -> bool:
        """Whether it names one of several classes rather than giving a score."""
        return self.positive is None


def read(folder: str, verify: bool = True) -> Card:
    """The card of a model's folder or address; ValueError where it is none, or its files are not those of the card."""
    card = _parsed(folder)
    if verify:
        for name, expected in sorted(card.files.items()):
            path = join(folder, *name.split("/"))
            if not exists(path):
                raise ValueError(f"{path}: is missing, though {CARD} names it; build or get the model again")
            if is_special(path):
                raise ValueError(f"{path}: is no file; build or get the model again")
            if (found := sha256(path)) != expected:
                raise ValueError(
                    f"{path}: is not the file that {CARD} names (SHA-256 {found[:12]}, not {expected[:12]}); "
                    "build or get the model again"
                )
    return card


def write(card: Card, folder: str, name: str = CARD) -> None:
    """Last of all: a folder without a card is no model. Another `name` is for a card that is yet to take its place."""
    text = json.dumps(asdict(card), indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
    write_bytes(f"{text}\n".encode(), join(folder, name))


def sha256(path: str) -> str:
    digest = hashlib.sha256()
    with open_read(path) as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def digest(folder: str) -> str:
    """Of the card, which names all files by theirs: what a phase key holds."""
    return hashlib.sha256(read_bytes(join(folder, CARD))).hexdigest()


def _parsed(folder: str) -> Card:
    path = join(folder, CARD)
    if not exists(path):
        raise ValueError(f"{folder}: no model of Curate (no {CARD} in it); `curate models list` names those there are")
    if is_special(path):
        raise ValueError(f"{path}: is no file; build or get the model again")
    try:
        stated = json.loads(read_bytes(path), parse_constant=_no_number)
        refuse(stated)
        card = Card(**{**stated, "classes": tuple(stated["classes"])})
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as why:
        said = " ".join(str(why).removeprefix("Card.__init__() ").split())[:200]
        raise ValueError(f"{path}: not a card that can be read: {said}; build or get the model again") from None
    if card.version != VERSION or card.kind not in KINDS or set(stated) - {one.name for one in fields(Card)}:
        raise ValueError(f"{path}: version {card.version} and kind {card.kind!r} are not known to this Curate")
    return card


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number")
