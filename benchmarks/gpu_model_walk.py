"""The time of a kernel whose programs walk tiles in loops (attention), from cycles a turn and turns a program.

Three times: `fast` with all pipes of an SM at once, `figure` as far from it as the calibration was measured to be with
as many programs on an SM, `slow` a quarter of the way between the bounds beyond the worse of the two
calibrations, at a lower clock (both assumed). Programs go to the SM that is free first,
in the order of the launch; the code before and behind the loops is counted once a program, and its wait for the first
tiles once (assumed: a bulk copy's way to memory and back), but for `fast`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from benchmarks import gpu_model_device as device
from benchmarks.gpu_model_calibration import Calibration, calibrated
from benchmarks.gpu_model_sass import Cycles, cycles, instructions, matrix_loops, unmasked
from benchmarks.gpu_model_tiles import makespan
from trainer.kernels.ahead import Case, Compiled, compiled, listing

FIRST_TILES = 1000  # cycles, assumed
MARGIN = 0.25  # of the way between the bounds, beyond the worse calibration: assumed


@dataclass(frozen=True)
class Bounded:
    """Milliseconds."""

    fast: float
    figure: float
    slow: float

    def __add__(self, other: Bounded) -> Bounded:
        return Bounded(self.fast + other.fast, self.figure + other.figure, self.slow + other.slow)

    def times(self, count: float) -> Bounded:
        return Bounded(self.fast * count, self.figure * count, self.slow * count)


@dataclass(frozen=True)
class Walk:
    compiled: Compiled
    interior: Cycles
    masked: Cycles
    once: Cycles

    @property
    def programs(self) -> int:
        """On one SM."""
        return device.programs(self.compiled.registers, self.compiled.warps, self.compiled.shared)

    def bounded(self, work: Sequence[tuple[float, float]]) -> Bounded:
        """For programs of (interior, masked) turns, in the order in which they are launched."""
        here, worst = place(self.programs), max(place(1), place(2)) + MARGIN

        def ms(position: float, wait: float, clock: float) -> float:
            whole, cut, once = (_at(turn, position) for turn in (self.interior, self.masked, self.once))
            once += wait / self.programs
            taken = makespan([turns * whole + masked * cut + once for turns, masked in work])
            return 1e3 * float(taken) / clock

        fast, figure = ms(0.0, 0.0, device.CLOCK), ms(here, FIRST_TILES, device.CLOCK)
        return Bounded(fast, figure, ms(worst, FIRST_TILES, device.SLOW_CLOCK))


def walk(case: Case) -> Walk:
    """Of a compiled kernel: of its loops with matrix products the shortest is the interior, the longest has the
    mask; where there is one loop, the mask lies behind a branch."""
    code, done = listing(case), compiled(case)
    found = matrix_loops(code)
    looped = {each.at for loop in found for each in loop}
    once = [each for each in _until_exit(code) if each.at not in looped]
    interior, masked, rest = (cycles(each, done.warps) for each in (unmasked(found[0]), found[-1], once))
    return Walk(done, interior, masked, rest)


@cache
def calibration(head_dim: int) -> Calibration:
    return calibrated(head_dim)


def place(programs: int) -> float:
    """Between all pipes at once (0) and none beside another (1), as was measured with so many programs on an SM: one
    of heads of 128, two and more of heads of 64.
    """
    return calibration(128 if programs == 1 else 64).place


def _at(turn: Cycles, position: float) -> float:
    return turn.overlapped + position * (turn.serial - turn.overlapped)


def _until_exit(code: str) -> list:
    """Up to the last EXIT: what is behind waits for what came late."""
    found = instructions(code)
    return found[: max(at for at, each in enumerate(found) if each.opcode == "EXIT") + 1]
