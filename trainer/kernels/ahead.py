"""Compile Triton kernels for a GPU that is not here, and read what became of them: `python -m trainer.kernels.ahead`.

It prints a line of JSON for each, on Hopper or what `--capability` says; a name, or a part of one, chooses among them.
Registers, spills, shared memory and instructions are the compiler's; nothing is run. Tests hold each kernel that
training launches to no spills, and those with matrix products to wgmma; `docs/gpu.md` is modelled from the same
figures where no GPU could be had. TRITON_INTERPRET must not be set: interpreted kernels cannot be compiled.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pkgutil
import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import triton
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource

_OPTIONS = ("num_warps", "num_stages", "maxnreg")


@dataclass(frozen=True)
class Case:
    """A kernel as it is launched: `signature` gives Triton's type of each argument that is no constant, `tiles` the
    constants and num_warps, num_stages; `aligned` are arguments known to be multiples of 16, as a launch would find.
    `capability` is that of the GPU it is launched on: 80 for what takes other tiles before Hopper.
    """

    name: str
    kernel: Any
    signature: dict[str, str]
    tiles: dict[str, Any]
    matrix: bool = False  # computes matrix products, which should be wgmma on Hopper
    aligned: tuple[str, ...] = ()
    capability: int = 90


@dataclass(frozen=True)
class Compiled:
    name: str
    registers: int  # a thread
    stack: int  # bytes a thread; what is spilled lies there
    local: int
    shared: int  # bytes a program
    warps: int
    wgmma: int
    copies: int  # bulk copies by tensor descriptors
    instructions: dict[str, int] = field(default_factory=dict)  # SASS opcodes, as often as they stand in the code

    @property
    def spills(self) -> int:
        """Instructions that write to or read from local memory."""
        return sum(count for name, count in self.instructions.items() if name.startswith(("LDL", "STL")))


def compiled(case: Case) -> Compiled:
    """What the compiler makes of one case."""
    done = _built(case)
    read = _cuobjdump(done, "--dump-resource-usage", "--dump-sass")
    opcodes = Counter(re.findall(r"^\s+/\*[0-9a-f]{4,}\*/\s+(?:@!?U?P\d+ )?([A-Z0-9_.]+)", read, re.M))
    line = next(line for line in read.splitlines() if "REG:" in line)
    figures = {name: int(value) for name, value in re.findall(r"(\w+):(\d+)", line)}
    return Compiled(
        name=case.name,
        registers=figures["REG"],
        stack=figures["STACK"],
        local=figures["LOCAL"],
        shared=done.metadata.shared,
        warps=done.metadata.num_warps,
        wgmma=done.asm["ptx"].count("wgmma.mma_async"),
        copies=done.asm["ptx"].count("cp.async.bulk.tensor"),
        instructions=dict(sorted(opcodes.items())),
    )


def listing(case: Case) -> str:
    """Its SASS, an instruction a line with its address."""
    return _cuobjdump(_built(case), "--dump-sass")


def all_cases(capability: int = 90) -> Iterator[Case]:
    """Of every file of `trainer.kernels.fused`, those for GPUs of this capability."""
    package = importlib.import_module("trainer.kernels.fused")
    for module in pkgutil.iter_modules(package.__path__):
        cases = importlib.import_module(f"{package.__name__}.{module.name}").cases()
        yield from (case for case in cases if case.capability == capability)


def _built(case: Case) -> Any:
    """Triton keeps what it compiled, so that a second call is quick."""
    options = {name: value for name, value in case.tiles.items() if name in _OPTIONS}
    constants = {name: value for name, value in case.tiles.items() if name not in _OPTIONS}
    signature = {name: case.signature.get(name, "constexpr") for name in case.kernel.arg_names}
    names = list(signature)
    pointers = [name for name, kind in signature.items() if kind.startswith("*")]
    multiples = {(names.index(name),): [["tt.divisibility", 16]] for name in (*pointers, *case.aligned)}
    source = ASTSource(fn=case.kernel, signature=signature, constexprs=constants, attrs=multiples)
    return triton.compile(source, target=GPUTarget("cuda", case.capability, 32), options=options)


def _cuobjdump(done: Any, *options: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "kernel.cubin"
        file.write_bytes(done.asm["cubin"])
        return subprocess.run([_tool(), *options, str(file)], capture_output=True, text=True, check=True).stdout


@cache
def _tool() -> str:
    return str(next((Path(triton.__file__).parent / "backends/nvidia/bin").glob("cuobjdump*")))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m trainer.kernels.ahead", description=__doc__)
    parser.add_argument("names", metavar="NAME", nargs="*", help="kernels whose names contain it")
    parser.add_argument("--capability", type=int, default=90, choices=(80, 90), help="80: an A100; 90: Hopper")
    asked = parser.parse_args()
    if os.environ.get("TRITON_INTERPRET") == "1":
        parser.error("TRITON_INTERPRET is set, and interpreted kernels cannot be compiled; unset it")
    known = [case.name for case in all_cases(asked.capability)]
    for part in asked.names:
        if not any(part in name for name in known):
            parser.error(f"no kernel's name contains {part}; there are {', '.join(known)}")
    for case in all_cases(asked.capability):
        if not asked.names or any(name in case.name for name in asked.names):
            found = compiled(case)
            print(json.dumps(asdict(found) | {"spills": found.spills, "matrix": case.matrix}), flush=True)


if __name__ == "__main__":
    main()
