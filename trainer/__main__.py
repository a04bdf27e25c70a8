"""`python -m trainer recipe.yaml -o run`: the same as `curate train`, where nothing else of Curate is installed."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from trainer.errors import TrainingError
from trainer.launch import Nodes, launch, planned, with_kernels


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m trainer", description=__doc__)
    parser.add_argument("recipe", help="a YAML file, or the name of a recipe that comes along")
    parser.add_argument("-o", "--output", type=Path, help="folder of the run; one that stands is continued")
    parser.add_argument("--plan", action="store_true", help="only say what would be done, and whether it could be")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="change a field of the recipe")
    parser.add_argument("--kernels", metavar="WAYS", help="auto, triton, reference, or NAME=WAY,NAME=WAY")
    parser.add_argument("--ranks", type=int, help="processes on this machine; one for each GPU where absent")
    parser.add_argument("--nodes", type=int, default=1, help="machines that train together")
    parser.add_argument("--node-rank", type=int, default=0, help="which of them this is")
    parser.add_argument("--rendezvous", metavar="HOST:PORT", help="where several machines meet: at the first")
    parser.add_argument("--stages", type=int, help="end after so many of the recipe's stages")
    asked = parser.parse_args(arguments)
    if asked.output is None and not asked.plan:
        parser.error("-o: name the folder of the run, or ask for --plan")
    try:
        changes = with_kernels(asked.set, asked.kernels)
        if asked.plan:
            print(*planned(asked.recipe, changes, asked.ranks, asked.nodes, asked.stages), sep="\n")
            return 0
        nodes = Nodes(asked.nodes, asked.node_rank, asked.rendezvous)
        return launch(asked.recipe, asked.output, changes, asked.ranks, nodes, asked.stages)
    except TrainingError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main())
