"""Each kernel that training launches, compiled for Hopper without one: nothing spills, what makes it fast is there.

Tests interpret kernels, and what is interpreted cannot be compiled: processes of their own do that, two at a time.
"""

import json
import os
import subprocess
import sys

import pytest

from trainer.kernels import ahead
from trainer.kernels.ahead import all_cases

SHARED = {80: 163 * 1024, 90: 227 * 1024}  # bytes a program may have: A100, H100
REGISTERS = 65_536  # of a multiprocessor
# They write a number a row or a column, or read next to nothing.
WRITE_LITTLE = ("grad_norm", "cross_entropy_statistics", "rms_norm_sum", "attention_backward_order")
READ_LITTLE = ("grad_norm_total", "attention_backward_order")
HOPPER = {case.name: case for case in all_cases()}
BEFORE = {case.name: case for case in all_cases(80)}
OTHERS = """
import dataclasses
from trainer.kernels.ahead import all_cases, compiled, listing
cases = {case.name: case for case in all_cases()}
adamw = cases["adamw"]
print(compiled(dataclasses.replace(adamw, tiles=adamw.tiles | {"BLOCK": 4096, "maxnreg": 32})).spills)
loss = listing(cases["cross_entropy_gradient"])
print(loss.index("LDG.E.U16"), loss.index("BAR."))
"""


def started(*arguments):
    free = {name: value for name, value in os.environ.items() if name != "TRITON_INTERPRET"}
    return subprocess.Popen([sys.executable, *arguments], env=free, text=True, stdout=subprocess.PIPE)


def ended(process):
    out, _ = process.communicate()
    assert process.returncode == 0
    return [json.loads(line) for line in out.splitlines()]


@pytest.fixture(scope="module")
def compiled():
    """By capability and name; how often one made to spill does; where the loss' kernel reads a logit and waits."""
    hopper = started("-m", "trainer.kernels.ahead")
    before = ended(started("-m", "trainer.kernels.ahead", "--capability", "80"))
    others = started("-c", OTHERS).communicate()[0].split()
    spills, target, barrier = map(int, others)
    found = {(80, line["name"]): line for line in before} | {(90, line["name"]): line for line in ended(hopper)}
    return found | {"on purpose": spills, "target": target, "barrier": barrier}


@pytest.mark.parametrize("name", HOPPER)
def test_on_hopper_a_kernel_keeps_to_its_registers_and_shared_memory(compiled, name):
    found = compiled[90, name]
    assert found["spills"] == found["stack"] == found["local"] == 0
    assert found["shared"] <= SHARED[90]
    assert found["registers"] * 32 * found["warps"] <= REGISTERS


@pytest.mark.parametrize("name", [name for name, case in HOPPER.items() if case.matrix])
def test_matrix_products_are_wgmma_and_their_tiles_come_in_bulk(compiled, name):
    assert compiled[90, name]["wgmma"] > 0
    assert compiled[90, name]["copies"] > 0


@pytest.mark.parametrize("name", [name for name, case in HOPPER.items() if case.matrix])
def test_matrix_products_are_not_waited_for_one_by_one(compiled, name):
    """ptxas can serialise them, where an operand lies in registers: its warning C7513, and nothing else tells."""
    opcodes = compiled[90, name]["instructions"]
    products = sum(count for opcode, count in opcodes.items() if opcode.startswith("HGMMA"))
    assert products >= 2 * opcodes["WARPGROUP.ARRIVE"]


@pytest.mark.parametrize("name", [name for name, case in HOPPER.items() if not case.matrix])
def test_the_others_read_and_write_128_bits_at_a_time(compiled, name):
    opcodes = compiled[90, name]["instructions"]
    assert name.startswith(READ_LITTLE) or any(opcode.startswith("LDG") and ".128" in opcode for opcode in opcodes)
    assert name.startswith(WRITE_LITTLE) or any(opcode.startswith("STG") and ".128" in opcode for opcode in opcodes)


@pytest.mark.parametrize("name", BEFORE)
def test_gpus_before_hopper_have_the_same_kernels_in_tiles_that_fit_there(compiled, name):
    found = compiled[80, name]
    assert found["stack"] <= 512  # Triton 3.6 spills a little there
    assert found["shared"] <= SHARED[80]
    assert any(opcode.startswith("HMMA") for opcode in found["instructions"])


def test_each_matrix_kernel_is_there_for_gpus_before_hopper():
    assert {case.kernel for case in BEFORE.values()} == {case.kernel for case in HOPPER.values() if case.matrix}


def test_interpreted_or_of_no_such_name_nothing_is_compiled(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["ahead", "swiglu", "nope"])
    for told in ("TRITON_INTERPRET is set", "no kernel's name contains nope; there are adamw, "):
        with pytest.raises(SystemExit, match="2"):
            ahead.main()
        assert told in capsys.readouterr().err
        monkeypatch.delenv("TRITON_INTERPRET", raising=False)


def test_what_is_compiled_has_names_of_its_own():
    assert len(HOPPER) == len(list(all_cases())) and len(BEFORE) == len(list(all_cases(80)))


def test_a_kernel_that_spills_is_seen_to(compiled):
    assert compiled["on purpose"] > 0


def test_the_loss_reads_a_target_s_logit_before_another_warp_may_write_its_gradient_there(compiled):
    """It overwrites its logits, and warps go on apart after the last barrier: what no interpreter can show."""
    assert compiled["target"] < compiled["barrier"]
