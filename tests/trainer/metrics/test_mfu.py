"""Utilisation in three conventions, against the definition counted out for a small model."""

from __future__ import annotations

import pytest

from trainer.config import PRESETS, ModelConfig
from trainer.metrics import mfu

SMALL = ModelConfig(dim=64, layers=3, heads=4, kv_heads=2, ffn_dim=96, vocab_size=100)


def test_conventions_differ_by_the_keys_attended_to() -> None:
    tokens, length = 4096, 512
    weights = 3 * (64 * 64 * 2 + 2 * 64 * 32 + 3 * 64 * 96) + 64 * 100
    per_key = 12 * 3 * 4 * 16
    work = mfu.step_flops(SMALL, length, tokens, attended=tokens * 37)
    assert work == {
        "causal": tokens * (6 * weights + per_key * length / 2),
        "palm": tokens * (6 * weights + per_key * length),
        "exact": tokens * (6 * weights + per_key * 37),
    }
    assert set(mfu.step_flops(SMALL, length, tokens, None)) == {"causal", "palm"}


def test_llama_3_8b_costs_what_others_count() -> None:
    work = mfu.step_flops(PRESETS["8b"], 8192, 1, None)
    assert (round(work["causal"] / 1e9, 1), round(work["palm"] / 1e9, 1)) == (51.5, 57.9)


@pytest.mark.parametrize(
    ("name", "teraflops"),
    [
        ("NVIDIA H100 80GB HBM3", 989.4),
        ("NVIDIA H100 PCIe", 756),
        ("NVIDIA H100 NVL", 835.5),
        ("NVIDIA H200", 989.4),
        ("NVIDIA H200 NVL", 835.5),
        ("NVIDIA H20", 148),
        ("NVIDIA GH200 480GB", 989.4),
        ("NVIDIA B200", 2250),
        ("NVIDIA GB200", 2500),
        ("NVIDIA A100-SXM4-80GB", 312),
        ("NVIDIA L40S", 362),
        ("NVIDIA L4", 121),
    ],
)
def test_a_device_has_the_peak_its_vendor_states(name: str, teraflops: float) -> None:
    assert mfu.peak(name) == teraflops * 1e12


@pytest.mark.parametrize("name", ["cpu", "NVIDIA T4", "NVIDIA L40", "NVIDIA RTX A1000 Laptop GPU"])
def test_what_is_not_known_has_no_peak(name: str) -> None:
    """Nor has a device that another's name begins like: an L40 is no L4."""
    assert mfu.peak(name) is None
