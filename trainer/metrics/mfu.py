"""Model FLOPs utilisation in three conventions that differ in what attention is taken to cost.

    causal   each token attends to those before it in its row: half the square
    exact    each token attends to those before it in its own document: the square of each document, halved
    palm     the whole square, as if nothing were masked (Chowdhery et al. 2022, appendix B); torchtitan's figure

All three count forward and backward once, no recomputation, over the dense bf16 peak that the vendor states. `exact`
is the work that was needed; `palm` is the one to compare with most published figures, and the largest. Where the peak
is not known (a CPU) there is FLOP/s and no utilisation.
"""

from __future__ import annotations

import re

from trainer import flops
from trainer.config import ModelConfig

# FLOPs a token: N weights that a token is multiplied by (no lookup), L layers, H heads of width D, rows of S tokens, a
# keys that a token attends to on average.
CONVENTIONS = {
    "causal": "6 N + 12 L H D · S/2",
    "exact": "6 N + 12 L H D · a",
    "palm": "6 N + 12 L H D · S",
}

# Dense bf16 FLOP/s from NVIDIA's data sheets (theirs with sparsity, halved); the first whose words a device's name has.
PEAKS = (
    ("GB200", 2500e12),
    ("B200", 2250e12),
    ("GH200", 989.4e12),
    ("H200 NVL", 835.5e12),
    ("H200", 989.4e12),
    ("H100 NVL", 835.5e12),
    ("H100 PCIe", 756e12),
    ("H100", 989.4e12),
    ("H800", 989.4e12),
    ("H20", 148e12),
    ("L40S", 362e12),
    ("A100", 312e12),
    ("A800", 312e12),
    ("A10G", 70e12),
    ("L4", 121e12),
)


def peak(device_name: str) -> float | None:
    """Dense bf16 FLOP/s of one device, where its vendor states it."""
    return next((peak for name, peak in PEAKS if re.search(rf"\b{name}\b", device_name)), None)


def step_flops(config: ModelConfig, length: int, tokens: int, attended: float | None) -> dict[str, float]:
    """FLOPs of a step of `tokens` in rows of `length`, by convention; no `exact` without `attended`."""
    causal, palm = flops.per_token(config, length)
    found = {"causal": causal * tokens, "palm": palm * tokens}
    if attended is not None:
        found["exact"] = flops.exact(config, tokens, int(attended))
    return found
