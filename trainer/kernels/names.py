"""The kernels by name, and the ways each can be computed. No torch: a recipe is checked before anything is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

from trainer.errors import TrainingError

Name = Literal["attention", "linear_cross_entropy", "rms_norm", "rope", "swiglu", "adamw", "grad_norm"]
Way = Literal["auto", "triton", "reference"]
NAMES: tuple[Name, ...] = get_args(Name)


def each(ways: Any) -> Any:
    """`triton` is every kernel's way; of a mapping, kernels that it does not name are `auto`."""
    if isinstance(ways, str):
        return dict.fromkeys(NAMES, ways)
    if not isinstance(ways, Mapping):
        raise ValueError("say auto, triton or reference, or name kernels: {attention: triton}")
    return {**dict.fromkeys(NAMES, "auto"), **ways}


def refusal(head_dim: int) -> str:
    """Why heads of this width have no Triton kernel, so that the reference computes them; empty where they have one."""
    if head_dim in (16, 32, 64, 128, 256):
        return ""
    return f"its heads are {head_dim} wide, and the kernel takes 16, 32, 64, 128 and 256"


def refused(head_dim: int) -> dict[Name, str]:
    """By kernel, what a model of such heads rules out."""
    return {"attention": refusal(head_dim)}


def insisted(ways: Mapping[Name, Way], lacking: Mapping[Name, str]) -> None:
    """TrainingError where a kernel is to be Triton's that cannot be; `lacking` says why not, or is empty."""
    for name, why in lacking.items():
        if why and ways[name] == "triton":
            raise TrainingError(f"kernels.{name}: is to be triton, and {why}; write auto or reference")
