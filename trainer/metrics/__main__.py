"""`python -m trainer.metrics RUN` makes the page of a run anew from what lies in its folder."""

from __future__ import annotations

import argparse
import sys

from trainer.errors import TrainingError
from trainer.metrics.page import publish


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m trainer.metrics", description="Make the page of a run anew.")
    parser.add_argument("run", nargs="+", help="folder of a run, which holds metrics.jsonl")
    try:
        for run in parser.parse_args().run:
            print(publish(run))
    except TrainingError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
