"""The time of a kernel that memory bounds: its bytes over the speed of a large copy, where enough are under way.

By Little's law an SM must have some 48 KiB asked for and not yet there to keep an H200's memory busy (the figure that
NVIDIA's CCCL tunes to). What a program asks for before it first waits is read from its code: global loads outside of
loops, or those of one turn. With less under way the speed is taken to fall in proportion. At best a kernel is as fast
as the copy; the figure takes 95 % and the slow end 85 % of it, and both 2 microseconds to fill and drain the machine.
These three are assumed: compiled code does not show them.
"""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks import gpu_model_device as device
from benchmarks.gpu_model_sass import Instruction, instructions, loops
from benchmarks.gpu_model_walk import Bounded
from trainer.kernels.ahead import Case, Compiled, compiled, listing

LIKELY, SLOW = 0.95, 0.85  # of a copy's speed, assumed
RAMP = 2e-3  # ms, assumed
_WIDTH = {"U8": 1, "S8": 1, "U16": 2, "S16": 2, "64": 8, "128": 16}


@dataclass(frozen=True)
class Stream:
    compiled: Compiled
    in_flight: int  # bytes an SM
    wide: float  # share of loaded bytes that come 128 bits at a time

    @property
    def programs(self) -> int:
        return device.programs(self.compiled.registers, self.compiled.warps, self.compiled.shared)

    @property
    def enough(self) -> float:
        return min(1.0, self.in_flight / device.IN_FLIGHT)


def stream(case: Case) -> Stream:
    done = compiled(case)
    each, wide = loaded(listing(case), case.tiles.get("STAGES", case.tiles.get("num_stages", 1)))
    programs = device.programs(done.registers, done.warps, done.shared)
    return Stream(done, programs * done.warps * 32 * each, wide)


def loaded(code: str, stages: int = 1) -> tuple[int, float]:
    """Bytes a thread asks for at once, and the share of all loaded bytes that are in loads of 128 bits. What a loop
    copies into shared memory is asked for `stages` - 1 turns ahead.
    """
    found, inner = instructions(code), loops(code)
    looped = {each.at for loop in inner for each in loop}
    at_once = [sum(_bytes(each) for each in found if each.at not in looped)]
    for loop in inner:
        ahead = max(1, stages - 1) if any(each.opcode.startswith("LDGSTS") for each in loop) else 1
        at_once.append(ahead * sum(map(_bytes, loop)))
    sizes = [size for each in found if (size := _bytes(each))]
    return max(at_once), sum(size for size in sizes if size == 16) / max(sum(sizes), 1)


def bounded(moved: float, kernel: Stream | None, launches: int = 1) -> Bounded:
    """Milliseconds for `moved` bytes; `kernel` None is one of PyTorch's, which is taken to have enough under way."""
    enough = kernel.enough if kernel else 1.0
    least = 1e3 * moved / device.COPY
    ramp = RAMP * launches
    return Bounded(least, least / (LIKELY * enough) + ramp, least / (SLOW * enough) + ramp)


def _bytes(each: Instruction) -> int:
    name, *suffixes = each.opcode.split(".")
    if name not in ("LDG", "LDGSTS"):
        return 0
    return next((_WIDTH[each] for each in suffixes if each in _WIDTH), 4)
