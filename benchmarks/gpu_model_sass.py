"""The loops of a compiled kernel, and the cycles that one turn of a loop takes of each pipe of an SM.

A loop is a branch to an earlier address, in cuobjdump's listing, with no EXIT between (waits are laid out behind the
last EXIT and jump back into the code). Of attention's loops the interior is the innermost one with matrix products
that has the fewest instructions: those at a document's edge and on the diagonal have the mask on top.

Two bounds: all pipes at once (the busiest one decides), or none beside another. Between them lies how well warps
overlap, which the listing does not say.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from benchmarks import gpu_model_device as device

_LINE = re.compile(r"^\s+/\*([0-9a-f]{4,})\*/\s+(?:@!?U?P[T\d]+ )?([A-Z][A-Za-z0-9_.]*)(.*?);", re.M)
_FP32 = ("FADD", "FMUL", "FFMA", "HADD2", "HMUL2", "HFMA2")
_SPECIAL = ("MUFU", "I2F", "F2I", "POPC", "FLO", "I2FP")
_UNIFORM = re.compile(
    r"^(U[A-Z]|R2UR|S2UR|LDC|ULDC|BRA|BAR|SYNCS|WARPGROUP|WARPSYNC|ELECT|BSSY|BSYNC|NOP|DEPBAR|FENCE)"
)
_WIDTH = {"U8": 1, "U16": 2, "64": 8, "128": 16}


@dataclass(frozen=True)
class Instruction:
    at: int
    opcode: str
    operands: str


@dataclass(frozen=True)
class Cycles:
    """Of an SM, for one turn of a loop by all warps of one program."""

    tensor: float = 0.0
    special: float = 0.0
    fp32: float = 0.0
    integer: float = 0.0
    shared: float = 0.0
    shuffle: float = 0.0
    issue: float = 0.0
    operands: float = 0.0  # shared memory that matrix products read
    counts: dict[str, int] = field(default_factory=dict)  # instructions of one warp

    @property
    def overlapped(self) -> float:
        """All pipes at once. The products' operands come over the same 128 bytes as other reads of shared memory."""
        return max(
            self.tensor, self.special, self.fp32, self.integer, self.shared + self.operands, self.shuffle, self.issue
        )

    @property
    def serial(self) -> float:
        """One pipe after the other; but for issue and operands, which are never apart from what they are for."""
        alone = self.special + self.fp32 + self.integer + self.shared + self.shuffle
        return max(self.tensor, self.operands) + max(alone, self.issue)

    @property
    def waits(self) -> int:
        """How often a warp waits for matrix products that it started."""
        return self.counts.get("WARPGROUP.DEPBAR", 0)

    @property
    def limit(self) -> str:
        """The busiest pipe."""
        pipes = ("tensor", "special", "fp32", "integer", "shared", "shuffle", "issue")
        return max(pipes, key=lambda name: getattr(self, name))


def instructions(listing: str) -> list[Instruction]:
    return [Instruction(int(at, 16), opcode, rest.strip()) for at, opcode, rest in _LINE.findall(listing)]


def loops(listing: str) -> list[list[Instruction]]:
    """The innermost loops, in the order of the code."""
    code = instructions(listing)
    ends = [each.at for each in code if each.opcode == "EXIT"]
    found = []
    for each in code:
        start = _target(each)
        if start is not None and start < each.at and not any(start <= end <= each.at for end in ends):
            found.append((start, each.at))
    inner = [
        one for one in found if not any(one != other and one[0] <= other[0] <= other[1] <= one[1] for other in found)
    ]
    return [[each for each in code if start <= each.at <= end] for start, end in sorted(set(inner))]


def matrix_loops(listing: str) -> list[list[Instruction]]:
    """Those with matrix products, the one with the fewest instructions (the interior) first."""
    found = [loop for loop in loops(listing) if any(each.opcode.startswith("HGMMA") for each in loop)]
    return sorted(found, key=len)


def unmasked(loop: list[Instruction]) -> list[Instruction]:
    """Without what a branch within the loop may pass over: the mask, where a kernel has it behind a condition."""
    last, skipped = loop[-1].at, set()
    for each in loop:
        target = _target(each)
        if target is not None and each.at < target <= last:
            skipped |= {one.at for one in loop if each.at < one.at < target}
    return [each for each in loop if each.at not in skipped]


def cycles(loop: list[Instruction], warps: int) -> Cycles:
    """Of one turn: every warp of the program runs each instruction once, four of them one HGMMA together."""
    found: dict[str, float] = {}
    for each in loop:
        for pipe, taken in _taken(each, warps).items():
            found[pipe] = found.get(pipe, 0.0) + taken
    counts = Counter(_kind(each.opcode) for each in loop)
    return Cycles(**found, issue=len(loop) * warps / device.ISSUE, counts=dict(sorted(counts.items())))


def _taken(each: Instruction, warps: int) -> dict[str, float]:
    name, *suffixes = each.opcode.split(".")
    lanes = 32 * warps
    if name == "HGMMA":
        m, n, k = map(int, re.search(r"(\d+)x(\d+)x(\d+)", each.opcode).groups())  # type: ignore[union-attr]
        wide = 4 if "TF32" in suffixes else 2
        first = 0 if re.match(r"R\d+, R\d+, gdesc", each.operands) else m * k
        return {
            "tensor": warps / 4 * 2 * m * n * k / (device.TENSOR * 2 / wide),
            "operands": warps / 4 * (first + n * k) * wide / device.SHARED_BYTES,
        }
    if name in ("LDS", "STS"):
        return {"shared": lanes * next((_WIDTH[s] for s in suffixes if s in _WIDTH), 4) / device.SHARED_BYTES}
    if name in ("LDSM", "STSM"):
        return {"shared": lanes * 4 * next((int(s) for s in suffixes if s in "124"), 1) / device.SHARED_BYTES}
    if name == "SHFL":
        return {"shuffle": lanes / device.SHUFFLE}
    if name in _SPECIAL:
        return {"special": lanes / device.SPECIAL}
    if name in _FP32:
        return {"fp32": lanes / device.FP32}
    if _UNIFORM.match(name):
        return {}
    if name in ("IMAD", "IDP"):
        return {"fp32": 2 * lanes / device.FP32}  # half the rate, on the same pipe
    return {"integer": lanes / device.INTEGER}


def _target(each: Instruction) -> int | None:
    """The address that a branch goes to."""
    found = re.match(r"(?:!?U?P\d+, )?0x([0-9a-f]+)", each.operands) if each.opcode.split(".")[0] == "BRA" else None
    return int(found[1], 16) if found else None


def _kind(opcode: str) -> str:
    name, *suffixes = opcode.split(".")
    return f"{name}.{suffixes[0]}" if name in ("HGMMA", "MUFU", "WARPGROUP") and suffixes else name
