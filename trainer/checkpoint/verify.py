"""Look through all of a checkpoint: `python -m trainer.checkpoint.verify run/checkpoints`.

Loading checks what it reads; this reads all, for a copy that was moved elsewhere, or before older ones are removed.
"""

from __future__ import annotations

import sys

from trainer.checkpoint import keep, layout, read
from trainer.checkpoint.folder import Folder
from trainer.checkpoint.layout import Damaged

_BLOCKS = 8  # at once


def verify(folder: str, step: int) -> str | None:
    """What is wrong with the checkpoint of `step`, or None."""
    where = Folder(str(folder))
    try:
        complete, _ = read.opened(where, step)
        for name, stored in sorted(complete.files.items()):
            file = read.Checked(where, f"{layout.step_folder(step)}/{name}", stored)
            for start in range(0, stored.bytes, _BLOCKS * layout.BLOCK):
                file.read(start, min(start + _BLOCKS * layout.BLOCK, stored.bytes))
    except Damaged as damage:
        return str(damage)
    return None


def main(folder: str) -> int:
    unfinished, finished = keep.steps(Folder(folder))
    wrong = 0
    for step in sorted(unfinished | finished):
        said = verify(folder, step)
        wrong += said is not None
        print(f"{layout.step_folder(step)}: {said or 'whole'}")
    return 1 if wrong or not finished else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
