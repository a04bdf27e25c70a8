"""Write a checkpoint, all ranks together, so that it counts only when every file is on the disk.

The order is what makes it safe at any instant: leftovers of a crashed attempt go first, each rank writes its file,
rank 0 looks that all are there, writes the index, and `complete.json` last; only then are older ones removed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from trainer.checkpoint import keep as keeping
from trainer.checkpoint import layout
from trainer.checkpoint.folder import Folder, FolderError
from trainer.checkpoint.layout import Complete, Stored
from trainer.checkpoint.near import Near
from trainer.checkpoint.plan import Plan
from trainer.checkpoint.ranks import Ranks
from trainer.errors import TrainingError


def write(
    folder: Folder,
    ranks: Ranks,
    plan: Plan,
    content: memoryview,
    said: Complete,
    keep: int,
    regular: Callable[[int], bool] = lambda step: True,
    near: Near | None = None,
) -> int:
    """Give the bytes of all files; `said` lacks attempt and files. TrainingError on every rank where one could not."""
    below = layout.step_folder(said.step)
    attempt = ranks.decided(lambda: _begun(folder, said.step))
    mine = f"{below}/{layout.rank_file(attempt, ranks.rank)}"
    if near is not None:
        near.write(mine, content)
    written = ranks.gather(_written(folder, mine, content))

    def complete() -> int:
        try:
            whole = _completed(folder, written, plan, replace(said, attempt=attempt))
        except TrainingError:
            _forget(folder, below, lambda number: number == attempt)
            raise
        _forget(folder, below, lambda number: number != attempt)
        keeping.keep_newest(folder, keep, said.step, regular)
        return sum(file.bytes for file in whole.files.values())

    size = ranks.decided(complete)
    if near is not None:
        near.keep_only(mine)
    return size


def _begun(folder: Folder, step: int) -> int:
    """The number of this attempt; what earlier ones left unfinished is removed."""
    keeping.sweep(folder)
    return 1 + max((layout.attempt_of(name) for name in folder.sizes(layout.step_folder(step))), default=-1)


def _written(folder: Folder, path: str, content: memoryview) -> dict[str, Any] | str:
    """The file as it was written, or what went wrong: the others wait for an answer in either case."""
    digests = []

    def blocks():
        for block in layout.blocks(content):
            digests.append(layout.digest(block))
            yield block

    try:
        folder.write(path, blocks(), len(content))
    except FolderError as error:
        return str(error)
    return vars(Stored(len(content), digests))


def _completed(folder: Folder, written: list[Any], plan: Plan, said: Complete) -> Complete:
    """From here on the checkpoint counts."""
    below = layout.step_folder(said.step)
    index = json.dumps(plan.index, sort_keys=True).encode()
    names = [layout.rank_file(said.attempt, rank) for rank in range(len(written))] + [layout.index_file(said.attempt)]
    each = [*written, _written(folder, f"{below}/{names[-1]}", memoryview(index))]
    for wrong in each:
        if isinstance(wrong, str):
            raise TrainingError(wrong)
    whole = replace(said, files={name: Stored(**file) for name, file in zip(names, each, strict=True)})
    _all_there(folder, below, whole)
    folder.put(f"{below}/{layout.COMPLETE}", whole.to_json())
    return whole


def _all_there(folder: Folder, below: str, whole: Complete) -> None:
    sizes = folder.sizes(below)
    for name, file in whole.files.items():
        if sizes.get(name) != file.bytes:
            raise TrainingError(
                f"{folder.url}/{below}/{name}: was written, but rank 0 does not find it whole; "
                "checkpoints.folder must be one that all nodes share"
            )


def _forget(folder: Folder, below: str, which: Callable[[int], bool]) -> None:
    """Remove the files of some attempts; what cannot be removed is no harm."""
    with suppress(FolderError):
        for name in folder.sizes(below):
            if name != layout.COMPLETE and which(layout.attempt_of(name)):
                folder.remove(f"{below}/{name}")
