"""`python -m trainer.faults` prints what policies against faults leave of a run; `--out docs/faults.svg` draws it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from trainer import atomic
from trainer.errors import TrainingError
from trainer.faults import tables
from trainer.faults.assumptions import Values, values
from trainer.faults.compare import by_size, compare, sensitivity
from trainer.faults.plot import plot

SEEDS, SEEDS_BY_SIZE, SEEDS_SENSITIVITY = 60, 3, 20


def main(arguments: list[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    try:
        assumed = values(dict(map(_change, asked.set)))
        if asked.seeds < 2:
            raise TrainingError("--seeds: must be 2 or more, or there is no interval to show")
        results = compare(assumed, asked.seeds)
        print(tables.policies(results), tables.losses(results), sep="\n\n")
        if asked.all:
            print("", tables.assumptions(assumed), tables.causes(assumed), sep="\n\n")
            print("", tables.sensitivities(sensitivity(assumed, SEEDS_SENSITIVITY), results), sep="\n\n")
        if asked.out:
            draw(Path(asked.out), assumed, asked.seeds)
    except TrainingError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


def picture(assumed: Values, seeds: int = SEEDS) -> str:
    """The SVG, the same on every machine."""
    return plot(compare(assumed, seeds), by_size(assumed, SEEDS_BY_SIZE), assumed, seeds)


def draw(out: Path, assumed: Values, seeds: int) -> None:
    """Write the picture, whole or not at all."""
    try:
        atomic.write(out, picture(assumed, seeds))
    except OSError as error:
        raise TrainingError(f"{out}: cannot be written ({error.strerror}); name another with --out") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m trainer.faults", description=__doc__)
    parser.add_argument("--out", metavar="FILE", help="draw the comparison as SVG")
    parser.add_argument("--set", metavar="NAME=VALUE", action="append", default=[], help="change an assumption")
    parser.add_argument("--seeds", type=int, default=SEEDS, help=f"runs by policy ({SEEDS})")
    parser.add_argument("--all", action="store_true", help="print assumptions, sources and sensitivity too")
    return parser


def _change(given: str) -> tuple[str, float]:
    name, _, value = given.partition("=")
    try:
        return name, float(value)
    except ValueError:
        raise TrainingError(f"--set {given}: is not NAME=VALUE with a number") from None


if __name__ == "__main__":
    sys.exit(main())
