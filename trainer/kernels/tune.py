"""Measure each kernel's tiles on the GPU at hand and keep the best: `python -m trainer.kernels.tune [--only NAME…]`.

What is measured is what training of an 8B and a 1B model launches on 8,192 tokens, by the median of many runs. It goes
to a file of this machine, which runs that need not be deterministic take (`trainer.kernels.tuned`); with `--out FILE`
elsewhere, as the configurations under `configs/` do that come along. `--modelled` measures nothing: it writes each
kernel's default, chosen from what the compiler made of it, and says so. A candidate must be 1 % faster than the default
to take its place, so that noise changes nothing; one that does not compile or does not fit is passed over.
"""

from __future__ import annotations

import argparse
import datetime
import importlib
import json
import math
import pkgutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import torch
import triton
from triton.compiler.errors import CompilationError
from triton.runtime.errors import OutOfResources, PTXASError

from trainer import atomic
from trainer.errors import TrainingError
from trainer.kernels import fused, tuned
from trainer.kernels.ahead import all_cases
from trainer.kernels.tuned import Lookup, Tiles, Trial

NOTICEABLE = 0.99  # of the default's time
_PASSED_OVER = (CompilationError, OutOfResources, PTXASError, RuntimeError)  # the last: a pass of the compiler failed
Timer = Callable[[Callable[[], object]], float]
Found = dict[str, dict[str, Tiles]]  # by kernel and shape


def measured(trials: Iterable[Trial], timer: Timer) -> Found:
    """The best tiles of each kernel and shape."""
    found: Found = {}
    for trial in trials:
        lookup, tiles = best(trial, timer)
        found.setdefault(lookup.kernel, {})[lookup.shape] = tiles
    return found


def best(trial: Trial, timer: Timer) -> tuple[Lookup, Tiles]:
    """What was looked up, and the tiles that are fastest."""
    with tuned.watched() as seen, suppress(*_PASSED_OVER):
        trial.run()
    [lookup] = [lookup for lookup in seen if lookup.kernel == trial.kernel]
    default = _time(trial, lookup.default, timer)
    others = [tiles for tiles in trial.candidates if tiles != lookup.default]
    times = [_time(trial, tiles, timer) for tiles in others]
    fastest, at = min(zip(times, range(len(times)), strict=True), default=(math.inf, 0))
    if min(fastest, default) == math.inf:
        raise TrainingError(f"{trial.kernel}: none of its tiles runs on this device; say --kernels reference there")
    tiles = others[at] if fastest < NOTICEABLE * default else lookup.default
    print(
        f"{trial.kernel}[{lookup.shape}]: {min(fastest, default):.4f} ms, by default {default:.4f}; {tiles}", flush=True
    )
    return lookup, tiles


def _time(trial: Trial, tiles: Tiles, timer: Timer) -> float:
    """Infinite where these tiles do not compile, or ask for more than the device has."""
    with tuned.watched({trial.kernel: tiles}):
        try:
            return timer(trial.run)
        except torch.AcceleratorError:
            raise  # the device has failed: nothing after it would be true
        except _PASSED_OVER:
            return math.inf


def modelled() -> Found:
    """The defaults of all that training launches on Hopper; tests hold them to no spills."""
    found: Found = {}
    with tuned.watched() as seen:
        for _case in all_cases():
            pass
    for kernel, shape, default in seen:
        found.setdefault(kernel, {})[shape] = default
    return found


def trials(names: Sequence[str], device: torch.device) -> Iterator[Trial]:
    """Of the files of `trainer.kernels.fused` with these names, each as its turn comes: they hold a lot of memory. A
    file without tiles to choose from has none.
    """
    for name in names:
        module = importlib.import_module(f"{fused.__name__}.{name}")
        yield from module.trials(device) if hasattr(module, "trials") else ()


def names() -> list[str]:
    """The files of `trainer.kernels.fused`."""
    return [module.name for module in pkgutil.iter_modules(fused.__path__)]


def head(source: str, device: str) -> dict[str, str]:
    """What a file says of its tiles before it names them."""
    day = datetime.datetime.now(datetime.UTC).date().isoformat()
    return {"source": source, "device": device, "date": day, "triton": triton.__version__, "torch": torch.__version__}


def write(file: Path, about: dict[str, str], found: Found) -> None:
    """Whole or not at all. What the file has of other kernels stays if it was had in the same way."""
    tuned.forget()
    before = tuned.read(file)
    same = bool(before) and all(before.get(name) == value for name, value in about.items() if name != "date")
    tiles = {**(before["tiles"] if same else {}), **found}
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        atomic.write(file, json.dumps({**about, "tiles": tiles}, indent=1, sort_keys=True) + "\n")
    except OSError as error:
        raise TrainingError(f"{file}: cannot be written ({error.strerror}); name another with --out") from None
    tuned.forget()


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code."""
    asked = _parser().parse_args(arguments)
    try:
        _tune(asked)
    except TrainingError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


def _tune(asked: Any) -> None:
    unknown = sorted(set(asked.only) - set(names()))
    if unknown:
        raise TrainingError(f"--only: there is no kernel {', '.join(unknown)}; there are {', '.join(names())}")
    if asked.modelled:
        if asked.out is None:
            raise TrainingError("--modelled: say with --out FILE for which device (h200.json)")
        write(asked.out, head("modelled", asked.out.stem.upper()), modelled())
        return
    if not torch.cuda.is_available():
        raise TrainingError("there is no CUDA device here to measure on; the kernels have their defaults without it")
    device = torch.device("cuda", torch.cuda.current_device())
    name = torch.cuda.get_device_name(device)
    found = measured(trials(asked.only or names(), device), _median)
    write(asked.out or tuned.local_file(name), head("measured", name), found)


def _median(run: Callable[[], object]) -> float:
    """Milliseconds; the cache of the device is emptied between runs."""
    return triton.testing.do_bench(run, return_mode="median")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m trainer.kernels.tune", description=__doc__)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--only", metavar="NAME", nargs="+", default=[], help="these kernels; the others' tiles stay")
    which.add_argument("--modelled", action="store_true", help="write the defaults; needs no GPU")
    parser.add_argument("--out", metavar="FILE", type=Path, help="write there instead of this machine's own file")
    return parser


if __name__ == "__main__":
    sys.exit(main())
