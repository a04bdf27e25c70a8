"""What a model's card may say: checked on reading, since a card comes from whoever built the model.

Files are names inside the model's folder. A cascade copies what a card names, so `../../x` would read and write outside
of it; and what is scored with must be named, or its digest is held against nothing. Numbers that are no numbers are
refused here and not by whatever would divide by them.
"""

from __future__ import annotations

import math
import re
from itertools import pairwise
from typing import Any, TypeGuard

SHA256 = re.compile(r"[0-9a-f]{64}")
OBJECTS = ("data", "settings", "metrics", "thresholds", "libraries")
TEXTS = ("task", "kind", "licence", "task_digest")
MOST_SEED = 1 << 63


def refuse(stated: Any) -> None:
    """ValueError names the field that is no card's."""
    if not isinstance(stated, dict):
        raise ValueError("it is no JSON object")
    for name in TEXTS:
        if name in stated and not (isinstance(stated[name], str) and stated[name]):
            raise ValueError(f"{name}: must be text, not {_short(stated[name])}")
    for name in OBJECTS:
        if name in stated and not isinstance(stated[name], dict):
            raise ValueError(f"{name}: must be an object, not {_short(stated[name])}")
    seed = stated.get("seed", 0)
    if type(seed) is not int or not 0 <= seed < MOST_SEED:
        raise ValueError(f"seed: must be a whole number from 0 on, not {_short(seed)}")
    refuse_files(stated.get("files", {}))
    _classes(stated.get("classes", ["no", "yes"]), stated.get("positive"))
    _calibration(stated.get("calibration"))


def refuse_files(files: Any) -> None:
    """Of a card, or of what was got from a hub."""
    if not isinstance(files, dict):
        raise ValueError(f"files: must be an object of names and SHA-256s, not {_short(files)}")
    for name, digest in files.items():
        if any(part in ("", ".", "..") for part in name.split("/")) or not name.isprintable() or "\\" in name:
            raise ValueError(f"files: {_short(name)} is no name of a file inside the model's folder")
        if not (isinstance(digest, str) and SHA256.fullmatch(digest)):
            raise ValueError(f"files: {name}: {_short(digest)} is no SHA-256")


def _classes(classes: Any, positive: Any) -> None:
    if not (isinstance(classes, list) and len(classes) > 1 and all(isinstance(one, str) and one for one in classes)):
        raise ValueError(f"classes: must be two names or more, not {_short(classes)}")
    if len(set(classes)) < len(classes):
        raise ValueError(f"classes: one is there twice: {_short(classes)}")
    if positive is not None and positive not in classes:
        raise ValueError(f"positive: {_short(positive)} is none of {', '.join(classes)}")


def _calibration(said: Any) -> None:
    """None, points of a curve that does not fall, or a temperature (classifiers.calibrate)."""
    if said is None:
        return
    if isinstance(said, dict) and said.get("kind") == "temperature" and _all_finite([said.get("temperature")]):
        if said["temperature"] > 0:
            return
    elif isinstance(said, dict) and said.get("kind") == "isotonic":
        x, y = said.get("x"), said.get("y")
        if _curve(x) and _curve(y) and len(x) == len(y):
            return
    raise ValueError(f"calibration: {_short(said)} is none")


def _curve(values: Any) -> TypeGuard[list[float]]:
    """Numbers from 0 to 1 that rise."""
    if not (isinstance(values, list) and values and _all_finite(values)):
        return False
    return values[0] >= 0 and values[-1] <= 1 and all(a < b for a, b in pairwise(values))


def _all_finite(values: list[Any]) -> bool:
    return all(type(value) in (int, float) and math.isfinite(value) for value in values)


def _short(value: object) -> str:
    said = repr(value)
    return said if len(said) <= 60 else f"{said[:60]}..."
