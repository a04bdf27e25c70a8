"""Which checkpoints lie in a folder, which of them stay, and how one goes.

A checkpoint goes by its `complete.json` first: whatever happens in the middle, what is left does not count, and the
next save sweeps it up. The one just written always stays, so that the last whole one is never removed.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from trainer.checkpoint import layout
from trainer.checkpoint.folder import Folder, FolderError
from trainer.errors import TrainingError


def steps(folder: Folder) -> tuple[set[int], set[int]]:
    """Steps without, and with, a complete.json."""
    unfinished, finished = set(), set()
    for name in folder.names():
        step = layout.step_of(name)
        if step is not None:
            names = folder.sizes(name)
            if layout.COMPLETE in names:
                finished.add(step)
            elif layout.PASSED_OVER not in names:
                unfinished.add(step)
    return unfinished, finished


def complete_steps(folder: Folder) -> set[int]:
    return steps(folder)[1]


def sweep(folder: Folder) -> None:
    """Remove what counts no more, or never did: so that there is room for one checkpoint more than are kept."""
    with suppress(FolderError):  # what cannot be removed is tried again at the next save
        for name in folder.names():
            if layout.step_of(name) is not None and layout.COMPLETE not in folder.sizes(name):
                folder.remove(name)


def keep_newest(folder: Folder, keep: int, newest: int, regular: Callable[[int], bool]) -> None:
    """Remove all but the `keep` newest checkpoints; `newest` was written just now.

    Those that are not `regular` go first: however often SIGTERM left one, a run has those to go back to, and to
    average, that an undisturbed run has.
    """
    with suppress(FolderError):
        for step in sorted(complete_steps(folder) - {newest}, key=lambda step: (not regular(step), -step))[keep - 1 :]:
            remove(folder, layout.step_folder(step))


def remove(folder: Folder, name: str) -> None:
    folder.remove(f"{name}/{layout.COMPLETE}")
    folder.remove(name)


def give_up_newer(folder: Folder, step: int) -> None:
    """Checkpoints newer than `step` do not count any more; they lie there until the next save."""
    for newer in sorted(complete_steps(folder)):
        if newer > step:
            below = layout.step_folder(newer)
            folder.put(f"{below}/{layout.PASSED_OVER}", folder.read(f"{below}/{layout.COMPLETE}"))
            folder.remove(f"{below}/{layout.COMPLETE}")


def probe(folder: Folder) -> None:
    """TrainingError where the folder cannot be written to: better now than at the first save."""
    try:
        folder.put("writable", b"checkpoints may be written here")
        folder.remove("writable")
    except FolderError as error:
        raise TrainingError(str(error)) from None


def same_shape(where: str, theirs: dict[str, Any], ours: dict[str, Any]) -> None:
    for field in sorted({*theirs, *ours}):
        there, here = theirs.get(field), ours.get(field)
        if there != here:
            raise TrainingError(
                f"{where}: is of another model: {field} is {there} there and {here} in the recipe; "
                "train the model it was made with, or name another checkpoints.folder"
            )
