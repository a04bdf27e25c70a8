"""What a checkpoint is on disk, and when it counts.

    step-00000500/
        0-rank-00003.safetensors    the pieces that rank 3 holds; any safetensors reader opens it
        0-tensors.json              where each tensor's pieces lie: file, byte, and place in the whole tensor
        complete.json               written last: bytes and digests of each file, fingerprint, progress

Without `complete.json` there is no checkpoint: it appears by one rename, after all it lists is on the disk. The number
before a file's name is the attempt, so that a step saved once more never touches the files of a checkpoint that is
whole. Nothing here is a pickle: who can write into the folder can spoil a run, but not run code (PyTorch's own
distributed checkpoints keep their metadata as a pickle).

A file's digests are xxh3-128 of each 8 MB: what is read is checked as it is read, and a slice costs no more than the
blocks it touches. They guard against damage, not against forgery.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import xxhash

BLOCK = 8 << 20
COMPLETE = "complete.json"
PASSED_OVER = "passed-over.json"  # what complete.json becomes when it shall not count any more
_FORMAT = 1
_STEP = re.compile(r"step-(\d{8,})")


class Damaged(Exception):
    """A checkpoint that is not what was written: which file, and what of it."""


@dataclass(frozen=True)
class Stored:
    """A file as it was written."""

    bytes: int
    digests: list[str]  # of each BLOCK


@dataclass(frozen=True)
class Complete:
    """What complete.json says."""

    step: int
    attempt: int
    fingerprint: dict[str, Any]
    progress: dict[str, Any]
    files: dict[str, Stored]

    def to_json(self) -> bytes:
        said = {**vars(self), "format": _FORMAT, "files": {name: vars(file) for name, file in self.files.items()}}
        said = json.loads(json.dumps(said))  # as who reads it will have it
        return json.dumps({**said, "digest": _digest_of(said)}, indent=1, sort_keys=True).encode()

    @classmethod
    def of(cls, content: bytes) -> Complete:
        """Damaged where it is not as it was written."""
        try:
            said = json.loads(content)
            digest = said.pop("digest")
        except (ValueError, KeyError, AttributeError, TypeError):
            raise Damaged(f"{COMPLETE} is cut short or is not JSON") from None
        if digest != _digest_of(said):
            raise Damaged(f"{COMPLETE} is not as it was written: its digest differs")
        if said.pop("format") != _FORMAT:
            raise Damaged(f"{COMPLETE} is of another version of the format")
        return cls(**{**said, "files": {name: Stored(**file) for name, file in said["files"].items()}})


def digest(block: memoryview | bytes) -> str:
    return xxhash.xxh3_128_hexdigest(block)


def blocks(content: memoryview) -> list[memoryview]:
    return [content[at : at + BLOCK] for at in range(0, len(content), BLOCK)]


def step_folder(step: int) -> str:
    return f"step-{step:08d}"


def step_of(name: str) -> int | None:
    found = _STEP.fullmatch(name)
    return int(found[1]) if found else None


def rank_file(attempt: int, rank: int) -> str:
    return f"{attempt}-rank-{rank:05d}.safetensors"


def index_file(attempt: int) -> str:
    return f"{attempt}-tensors.json"


def attempt_of(name: str) -> int:
    """Of a file's name; -1 for files that belong to no attempt."""
    number = name.split("-", 1)[0]
    return int(number) if number.isdecimal() else -1


def _digest_of(said: dict[str, Any]) -> str:
    return digest(json.dumps(said, sort_keys=True).encode())
