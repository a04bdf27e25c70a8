"""Memory a rank holds: what CUDA's allocator counted at its peak since the step before, else the process' pages."""

from __future__ import annotations

import resource
import sys

import torch


def measured(device: torch.device) -> dict[str, int]:
    """Bytes. On a GPU the peak since the last call, of tensors (allocated) and of the allocator (reserved)."""
    if device.type == "cuda":
        found = {
            "allocated": torch.cuda.max_memory_allocated(device),
            "reserved": torch.cuda.max_memory_reserved(device),
        }
        torch.cuda.reset_peak_memory_stats(device)
        return found
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"rss_peak": peak if sys.platform == "darwin" else peak * 1024}
