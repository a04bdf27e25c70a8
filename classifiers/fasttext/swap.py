"""A trained model in place of the one before, so that no end of the process and no full disk leaves neither.

Model and card are written into the folder under names of their own, and then take their places. What ends before that
leaves the model of before; what ends within leaves the new card under its first name, by which the next training knows
the folder as its own.
"""

from __future__ import annotations

import re

from classifiers.fasttext.predict import FILE
from curate import model_card
from curate.model_card import CARD, Card
from curate.storage import exists, join, move, names, put, remove

NEW = ".new"
_PART = r"(\.\d+\.part)?"  # what storage is writing
_LEFT = re.compile(rf"({re.escape(FILE)}|{re.escape(CARD)}){re.escape(NEW)}{_PART}")


def keep(card: Card, model: str, out: str) -> None:
    """The file `model` and its card are in the folder `out`, and nothing that a killed training left."""
    for name in filter(_LEFT.fullmatch, names(out)):
        remove(join(out, name))
    put(model, join(out, FILE + NEW))
    model_card.write(card, out, CARD + NEW)
    remove(join(out, CARD))
    for name in (FILE, CARD):
        move(join(out, name + NEW), join(out, name))


def is_left(out: str) -> bool:
    """Whether the folder holds nothing but what a killed training left."""
    there = names(out)
    others = [name for name in there if not _LEFT.fullmatch(name)]
    return bool(there) and (not others or (others == [FILE] and exists(join(out, CARD + NEW))))
