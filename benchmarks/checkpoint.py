"""How long does training stand still for a checkpoint? `python -m benchmarks.checkpoint [--gb 1] [--folder DIR]`.

A state of that size (weights and two moments, fp32) is saved `--times` times while nothing else runs. "Blocked" is how
long `save` takes to return, "synchronous" until all is on the disk: their ratio is what writing behind training's back
leaves of the wait. The first save is told apart: it makes the plan and the buffer.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import torch

from benchmarks import results
from benchmarks.rows import Row
from trainer.checkpoint.checkpoints import Checkpoints
from trainer.checkpoint.plan import Tensors

WIDTH = 1024
COMMAND = "python -m benchmarks.checkpoint"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gb", type=float, default=1.0)
    parser.add_argument("--folder", default=None)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--out", type=Path, default=results.PATH)
    asked = parser.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    tensors = state(asked.gb, device)
    size = sum(tensor.nbytes for of in tensors.values() for tensor in of.values())
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        made = Checkpoints(folder, 1, {})
        first = saved(made, 0, tensors)
        rounds = [saved(made, step, tensors) for step in range(1, asked.times + 1)]
        began = time.perf_counter()
        assert made.load(tensors) == {"step": asked.times}
        loaded = time.perf_counter() - began
    blocked, whole = (statistics.median(column) for column in zip(*rounds, strict=True))
    print(f"{size / 1e9:.2f} GB on {device}; medians of {asked.times}, the first apart")
    print(f"first:       blocked {first[0]:.3f} s, synchronous {first[1]:.3f} s")
    print(f"blocked:     {blocked:.3f} s, {size / blocked / 1e9:.2f} GB/s")
    print(f"synchronous: {whole:.3f} s, {size / whole / 1e9:.2f} GB/s")
    print(f"ratio:       {blocked / whole:.3f}")
    print(f"load:        {loaded:.3f} s, {size / loaded / 1e9:.2f} GB/s, every block checked")
    share = round(blocked / whole, 3)
    name = f"checkpoint: of {asked.gb:g} GB on {device}, training stands still"
    row = Row(name, share, "of a save", asked.times, reference="a save that is waited for", command=COMMAND)
    results.merge([row], asked.out)


def state(gigabytes: float, device: str) -> Tensors:
    rows = max(1, int(gigabytes * 1e9 / 3 / 4 / WIDTH / 16))
    return {
        kind: {f"layers.{at}.weight": torch.randn(rows, WIDTH, device=device) for at in range(16)}
        for kind in ("model", "first", "second")
    }


def saved(made: Checkpoints, step: int, tensors: Tensors) -> tuple[float, float]:
    began = time.perf_counter()
    made.save(step, tensors, {"step": step})
    blocked = time.perf_counter() - began
    made.wait()
    assert made.last == step, made.failed
    return blocked, time.perf_counter() - began


if __name__ == "__main__":
    main()
