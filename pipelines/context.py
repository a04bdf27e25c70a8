"""What a task must know of its run: where it writes, by which recipe, under which keys. Small, frozen, picklable."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from curate.recipe import Recipe
from curate.storage import exists, join, read_bytes
from schemas import Manifest


@dataclass(frozen=True)
class Context:
    root: str
    recipe: Recipe
    keys: tuple[tuple[str, str], ...] = ()
    phase: str = ""
    slots: int = 1
    step: str = ""
    partitions: int = 1

    def with_phase(self, phase: str, key: str) -> Context:
        """The context of `phase`; those before it stay known by their keys."""
        keys = (*[k for k in self.keys if k[0] != phase], (phase, key))
        return replace(self, phase=phase, keys=keys)

    def key(self, phase: str) -> str:
        return dict(self.keys)[phase]

    def folder(self, phase: str | None = None) -> str:
        """`work/<phase>-<key>`: the key keeps a worker of an older run away from this one."""
        phase = phase or self.phase
        return join(self.root, "work", f"{phase}-{self.key(phase)}")

    def path(self, name: str, number: int, phase: str | None = None, ending: str = "parquet") -> str:
        """`work/<phase>-<key>/<name>-00007.parquet`"""
        return join(self.folder(phase), f"{name}-{number:05d}.{ending}")

    def marker(self, number: int, phase: str | None = None) -> str:
        return join(self.folder(phase), "done", f"{number:05d}.json")

    def read_marker(self, number: int, phase: str | None = None) -> Manifest:
        return Manifest.from_json(read_bytes(self.marker(number, phase)).decode())

    def manifest(self, phase: str) -> Manifest:
        return Manifest.from_json(read_bytes(join(self.folder(phase), "manifest.json")).decode())

    def stands(self, phase: str, key: str) -> bool:
        """Whether `phase` was completed under `key`: its manifest is written last."""
        return exists(join(self.root, "work", f"{phase}-{key}", "manifest.json"))

    def quarantined(self, number: int) -> dict[int, str]:
        """Rows of a shard that killed or hung their process in this phase, with the reason."""
        path = join(self.folder(), "quarantine", f"{number:05d}.json")
        return {int(row): why for row, why in json.loads(read_bytes(path)).items()} if exists(path) else {}
