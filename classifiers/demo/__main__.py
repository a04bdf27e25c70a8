"""`python -m classifiers.demo FOLDER`: the loop, with everything it makes in one folder."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from classifiers.demo import loop
from curate.errors import UserError


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m classifiers.demo", description=loop.__doc__)
    parser.add_argument("folder", nargs="?", default="classifiers-demo", help="where everything goes")
    given = parser.parse_args()
    loop.quiet()
    try:
        loop.Loop(Path(given.folder)).run()
    except UserError as why:
        sys.exit(f"classifiers.demo: {why}")


if __name__ == "__main__":
    main()
