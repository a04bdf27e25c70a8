"""The kernels by name, and the ways each can be computed. No torch: a recipe is checked before anything is loaded."""

from __future__ import annotations

from typing import Literal, get_args

Name = Literal["attention", "linear_cross_entropy", "rms_norm", "rope", "swiglu", "adamw", "grad_norm"]
Way = Literal["auto", "triton", "reference"]
NAMES: tuple[Name, ...] = get_args(Name)
