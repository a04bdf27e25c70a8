"""The kernels by name, and the ways each can be computed. No torch: a recipe is checked before anything is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

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
