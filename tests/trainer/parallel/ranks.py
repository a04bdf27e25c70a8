"""Runs the cases of FOLDER/cases.json, by number of ranks: `python ranks.py FOLDER`.

A process of its own that imports torch once and has used none of its threads: the ranks are forked from it.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
from pathlib import Path

import torch
import torch.distributed as dist

from tests.trainer.parallel import cases, probes


def main(folder: Path) -> int:
    torch.set_num_threads(1)
    for world, asked in json.loads((folder / "cases.json").read_text()).items():
        fork = multiprocessing.get_context("fork")
        ranks = [fork.Process(target=_rank, args=(rank, int(world), folder, asked)) for rank in range(int(world))]
        for rank in ranks:
            rank.start()
        for rank in ranks:
            rank.join()
        if any(rank.exitcode for rank in ranks):
            return 1
    return 0


def _rank(rank: int, world: int, folder: Path, asked: dict[str, dict]) -> None:
    dist.init_process_group("gloo", init_method=f"file://{folder}/store-{world}", rank=rank, world_size=world)
    found = {name: cases.run(cases.Case(**fields), world) for name, fields in asked.items()}
    probed = {name: probe(folder) for name, probe in probes.BY_WORLD.get(world, {}).items()}
    torch.save({"cases": found, "probes": probed}, folder / f"world-{world}-rank-{rank}.pt")
    dist.destroy_process_group()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
