"""Look through all of a checkpoint: `python -m trainer.checkpoint.verify run/checkpoints`.

Loading checks what it reads; this reads all, for a copy that was moved elsewhere, or before older ones are removed.
"""

from __future__ import annotations

import argparse
import sys

from trainer.checkpoint import keep, layout, read
from trainer.checkpoint.folder import Folder
from trainer.checkpoint.layout import Damaged
from trainer.errors import TrainingError

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
    """1 where one is not whole, 2 where there is none to look through."""
    try:
        steps = sorted(set.union(*keep.steps(Folder(folder))))
        if not steps:
            raise TrainingError(f"{folder}: holds no checkpoint; name the folder with the step-… in it")
        found = {step: verify(folder, step) for step in steps}
    except TrainingError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    for step, wrong in found.items():
        print(f"{layout.step_folder(step)}: {wrong or 'whole'}")
    return int(any(found.values()))


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("folder", help="a run's checkpoints/, or a URL of an object store")
    sys.exit(main(asked.parse_args().folder))
