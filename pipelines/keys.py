"""Phase keys: what a phase's output is a function of.

key = digest of (phase, version of its code, the recipe settings it reads, the key of the phase before it). The phases
form a line, so a new threshold changes the key of `filter` and of what follows, and of nothing before it.
"""

from __future__ import annotations

import hashlib
import json
from types import ModuleType
from typing import Any

from pydantic import BaseModel


def key(phase: ModuleType, settings: dict[str, Any], before: str) -> str:
    """Ten hex digits."""
    state = json.dumps([name(phase), phase.VERSION, plain(settings), before], sort_keys=True)
    return hashlib.sha256(state.encode()).hexdigest()[:10]


def name(phase: ModuleType) -> str:
    return phase.__name__.rsplit(".", 1)[-1]


def versions(*packages: str) -> dict[str, str]:
    """Of libraries that make what a phase writes: another version may write something else."""
    from importlib.metadata import version

    return {package: version(package) for package in packages}


def plain(value: Any) -> Any:
    """Settings as JSON knows them."""
    if isinstance(value, BaseModel):
        return plain(value.model_dump(mode="json"))
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    return value
