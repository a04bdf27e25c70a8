"""One rank as a process, started by the supervisor: `python -m trainer.worker RUN STEPS`.

Its exit code tells the supervisor what to do: 0 done, 2 and 3 not to be tried again, `drain.EXIT_CODE` saved and left,
anything else a fault.
"""

from __future__ import annotations

import os
import sys
import traceback
from contextlib import suppress
from pathlib import Path

from trainer.errors import TrainingError
from trainer.run_folder import opened
from trainer.supervisor import drain


def main(run: Path, until: int) -> int:
    drain.listen()
    try:
        from trainer.train import Drained, train

        train(opened(run), run, until)
    except TrainingError as error:
        print(f"error: {error}", file=sys.stderr, flush=True)
        return error.exit_code
    except Drained:
        return drain.EXIT_CODE
    return 0


if __name__ == "__main__":
    try:
        code = main(Path(sys.argv[1]), int(sys.argv[2]))
    except Exception:
        traceback.print_exc()
        code = 1
    if sys.stdout is not None:  # nobody may be there to read it
        with suppress(OSError):
            sys.stdout.flush()
    os._exit(code)  # threads of a broken process group must not keep a dead rank alive
