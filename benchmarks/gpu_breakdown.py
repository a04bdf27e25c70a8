"""Where the device's time in a step goes, by kind of kernel, from one profiled step.

A kernel belongs to the operation that launched it: one of ours, a stretch the step names, or PyTorch's. Matrix
products inside of ours are theirs. Where the profiler links no kernels to operations their own names decide.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch.autograd import DeviceType

KINDS = (  # the first that matches the operation or one around it
    ("attention backward", r"curate::\w*attention\w*backward|(scaled_dot_product|efficient|flash|cudnn)\w*_backward"),
    ("attention forward", r"curate::\w*attention|scaled_dot_product|_(efficient|flash|cudnn)_attention"),
    ("linear + cross-entropy", r"curate::\w*cross_entropy"),
    ("rms_norm", r"curate::\w*norm(?<!grad_norm)"),
    ("rope", r"curate::\w*rope"),
    ("swiglu", r"curate::\w*swiglu"),
    ("grad_norm", r"curate::\w*grad_norm|^grad norm$"),
    ("adamw", r"curate::\w*adamw|^adamw$"),
    ("copies", r"^master copies$"),
    ("matmul", r"aten::(mm|bmm|addmm|baddbmm)$"),
    ("copies", r"aten::(copy_|_to_copy)$"),
)
STRETCHES = ("adamw", "grad norm", "master copies")  # that the step names
KERNELS = (  # by the kernel's own name, less surely: two files of ours have a forward and a backward kernel
    ("attention backward", r"(fmha|flash|attention).*(bwd|backward|dgrad)|^(queries|keys|order)_kernel$"),
    ("attention forward", r"fmha|flash|attention|^kernel$"),
    ("matmul", r"nvjet|gemm|cutlass|xmma|wgmma"),
    ("rms_norm and swiglu", r"^(forward|backward|sum)_kernel$"),
    ("rope", r"^rope_kernel$"),
    ("adamw", r"^adamw_kernel$"),
    ("grad_norm", r"^(pieces|total)_kernel$"),
    ("linear + cross-entropy", r"^(statistics|gradient|scaling)_kernel$"),
)


def of(work: Callable[[], object], device: torch.device) -> dict[str, float]:
    """Milliseconds by kind, the largest first."""
    activities = [torch.profiler.ProfilerActivity.CPU]
    if device.type == "cuda":
        activities.append(torch.profiler.ProfilerActivity.CUDA)
    with torch.profiler.profile(activities=activities) as profile:
        work()
        if device.type == "cuda":
            torch.cuda.synchronize()
    events = list(profile.events() or ())
    found = by_operation(events)
    if device.type == "cuda":
        kernels = [event for event in events if event.device_type == DeviceType.CUDA and not _annotated(event)]
        total = sum(event.time_range.elapsed_us() for event in kernels)
        if sum(found.values()) < total / 2:
            found = by_name((event.name, event.time_range.elapsed_us()) for event in kernels)
        found["other"] += max(0.0, total - sum(found.values()))
    return {kind: round(us / 1e3, 4) for kind, us in found.most_common() if us}


def by_operation(events: Iterable[Any]) -> Counter[str]:
    """Microseconds of kernels that operations launched; of a CPU, which launches none, of the operations."""
    found: Counter[str] = Counter()
    for event in events:
        if event.device_type != DeviceType.CPU or _annotated(event):
            continue
        spent = sum(kernel.duration for kernel in event.kernels)
        if not event.use_device:
            spent = event.self_cpu_time_total
        if spent:
            found[_kind(list(_around(event)), KINDS)] += spent
    return found


def by_name(kernels: Iterable[tuple[str, float]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for name, spent in kernels:
        found[_kind([name], KERNELS)] += spent
    return found


def _kind(names: list[str], kinds: tuple[tuple[str, str], ...]) -> str:
    return next((kind for kind, words in kinds if any(re.search(words, name) for name in names)), "other")


def _around(event: Any) -> Iterable[str]:
    while event is not None:
        yield event.name
        event = event.cpu_parent


def _annotated(event: Any) -> bool:
    """A stretch that was named, which the profiler shows on the device as though it were a kernel."""
    return event.name in STRETCHES or bool(getattr(event, "is_user_annotation", False))
