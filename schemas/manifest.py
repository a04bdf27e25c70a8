"""manifest: what a phase wrote, and the books it must balance. JSON with sorted keys, so that equal runs give equal bytes."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class Output:
    """One file that a phase wrote; `path` is relative to the phase's folder."""

    path: str
    rows: int
    bytes: int
    sha256: str


@dataclass
class Counts:
    """in = kept + removed, in each unit that exists at that phase."""

    documents_in: int = 0
    documents_kept: int = 0
    documents_removed: int = 0
    chars_in: int = 0
    chars_kept: int = 0
    chars_removed: int = 0
    tokens_in: int = 0
    tokens_kept: int = 0
    tokens_removed: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(**{k: v + getattr(other, k) for k, v in asdict(self).items()})

    def unbalanced(self) -> list[str]:
        """The units in which in differs from kept + removed, in words."""
        return [
            f"{unit}: in {getattr(self, unit + '_in')} is not kept {getattr(self, unit + '_kept')} + removed {getattr(self, unit + '_removed')}"
            for unit in ("documents", "chars", "tokens")
            if getattr(self, unit + "_in") != getattr(self, unit + "_kept") + getattr(self, unit + "_removed")
        ]


@dataclass
class Manifest:
    """A phase's (or one of its shards') account. `facts` (time, host, speed) is outside every digest."""

    phase: str
    version: int
    key: str
    upstream: dict[str, str] = field(default_factory=dict)
    outputs: list[Output] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)
    stats: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> str:
        """One line: with an indent Python's encoder would take over from C's, ten times as slow on histograms."""
        plain = {**vars(self), "outputs": [vars(output) for output in self.outputs], "counts": vars(self.counts)}
        return json.dumps(plain, sort_keys=True, ensure_ascii=False)

    @staticmethod
    def from_json(text: str) -> Manifest:
        read = json.loads(text)
        read["outputs"] = [Output(**o) for o in read["outputs"]]
        read["counts"] = Counts(**read["counts"])
        return Manifest(**read)
