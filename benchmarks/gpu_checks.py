"""Every kernel's numbers on the device, before anything is timed: results and gradients beside the reference in fp64.

Fresh random inputs, empty memory filled with NaN first so that nothing unwritten passes, and each computed twice, which
has to give the same bits. A kernel may be twice as far from fp64 as the reference is in the kernel's own type, and is
not asked for more than that type's floor; both of all elements together (the norm of the difference over the norm) and
of the worst element (over the root of the mean square), which one row gone wrong shows in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import isfinite

import torch
from torch import Tensor

from benchmarks.gpu_bench import DTYPES, Bench, shortly
from benchmarks.gpu_rows import Check
from trainer.kernels import choice
from trainer.kernels.names import Name

# Of all elements together, and of the worst one. fp32 products may be of tf32, three decimal digits.
FLOORS = {"fp32": (2e-3, 2e-2), "fp16": (2e-3, 3e-2), "bf16": (1e-2, 2e-1)}


@dataclass(frozen=True)
class Case:
    """`function` and `reference` take the same inputs; those of a floating type are drawn in fp32 and cast to the type
    that is tried, `kept` of them excepted, and differentiated unless it is in place.
    """

    kernel: Name
    name: str
    function: Callable[..., Tensor | tuple[Tensor, ...]]
    reference: Callable[..., Tensor | tuple[Tensor, ...]]
    inputs: Callable[[Bench, int], Sequence[Tensor]]
    dtypes: tuple[str, ...] = ("bf16", "fp16", "fp32")
    kept: frozenset[int] = frozenset()  # inputs that stay fp32
    exact: tuple[int, ...] = ()  # results that have no gradient
    differentiated: bool = True


def measure(bench: Bench, kernels: Sequence[Name]) -> None:
    from benchmarks.gpu_check_cases import cases

    for case in cases(bench):
        if case.kernel in kernels:
            for dtype in [
                each for each in case.dtypes if not (bench.tiny and each == "bf16")
            ]:  # wrong when interpreted
                bench.report.checks.append(_checked(bench, case, dtype))
                shown = bench.report.checks[-1]
                word = "ok    " if shown.holds else "FAILED"
                error = "no number" if shown.error is None else f"{shown.error:.2e}"
                print(f"{word} {case.kernel}: {case.name}, {dtype}: {error} {shown.note}", flush=True)
                bench.save()
                bench.forget()


def _checked(bench: Bench, case: Case, dtype: str) -> Check:
    seed = 17 * len(bench.report.checks) + 3
    try:
        with _poisoned():
            inputs = [
                x.to(DTYPES[dtype]) if x.is_floating_point() and at not in case.kept else x
                for at, x in enumerate(case.inputs(bench, seed))
            ]
            with choice.chosen({case.kernel: "triton"}, bench.device):
                first, again = (_all(case, case.function, inputs, lambda x: x) for _ in range(2))
            wanted = _all(case, case.reference, inputs, lambda x: x.double())
            own = _all(case, case.reference, inputs, lambda x: x)
        same = all(torch.equal(one, other) for one, other in zip(first, again, strict=True))
        floor, worst = FLOORS[dtype]
        error, bound, holds = 0.0, floor, True
        for got, plain, right in zip(first, own, wanted, strict=True):
            apart, apart_worst = _apart(got, right)
            plainly, plainly_worst = _apart(plain, right)
            holds &= apart <= max(floor, 2 * plainly) and apart_worst <= max(worst, 4 * plainly_worst)
            if not apart <= error:  # NaN too
                error, bound = apart, max(floor, 2 * plainly)
        said = "" if holds else "too far from fp64"
        if not same:
            said = "; ".join(filter(None, (said, "another result the second time")))
        shown = error if isfinite(error) else None
        return Check(case.kernel, case.name, dtype, shown, bound, same, holds and same, said)
    except Exception as problem:
        return Check(case.kernel, case.name, dtype, None, 0.0, False, False, shortly(problem))


def _all(case: Case, function: Callable, inputs: Sequence[Tensor], cast: Callable[[Tensor], Tensor]) -> list[Tensor]:
    """Results, and the gradients along random ones, the same for all."""
    given = [cast(x).detach().clone() if x.is_floating_point() else x for x in inputs]
    if case.differentiated:
        given = [x.requires_grad_(x.is_floating_point()) for x in given]
    results = function(*given)
    results = list(results) if isinstance(results, tuple) else [results]
    if not case.differentiated:
        return [result.detach() for result in results]
    passed = [result for at, result in enumerate(results) if at not in case.exact]
    generator = torch.Generator(inputs[0].device).manual_seed(1)
    along = [
        cast(torch.randn(result.shape, generator=generator, device=result.device).to(inputs[0].dtype)).to(result.dtype)
        for result in passed
    ]
    wanted = [x for x in given if x.requires_grad]
    grads = torch.autograd.grad(passed, wanted, along, materialize_grads=True)
    return [*(result.detach() for result in results), *grads]


def _apart(got: Tensor, right: Tensor) -> tuple[float, float]:
    if got.shape != right.shape:
        raise ValueError(f"a result of shape {tuple(got.shape)}, and not {tuple(right.shape)}")
    difference = got.double() - right.double()
    norm = float(right.double().norm()) or 1.0
    root = norm / max(1, right.numel()) ** 0.5
    return float(difference.norm()) / norm, float(difference.abs().max()) / root if got.numel() else 0.0


@contextmanager
def _poisoned() -> Iterator[None]:
    """Memory that torch.empty gives is NaN; whatever is not deterministic only warns."""
    before = torch.are_deterministic_algorithms_enabled(), torch.is_deterministic_algorithms_warn_only_enabled()
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.utils.deterministic.fill_uninitialized_memory = True  # type: ignore[attr-defined]
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before[0], warn_only=before[1])
