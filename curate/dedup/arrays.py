"""One memory layout for kernels, so that each is compiled once whatever a caller cut its arrays from."""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike


def owned(values: np.ndarray, kind: DTypeLike) -> np.ndarray:
    """The same values contiguous, writable, of type `kind`; a copy only where they are not."""
    return np.require(values, kind, ["C", "W", "A"])
