"""One division, one rounding: counts stay integers until here, so a ratio is the same number on every machine."""

import numpy as np


def ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """part / whole as float32; 0 where whole is 0."""
    return np.divide(part, whole, out=np.zeros(len(part), np.float64), where=whole != 0).astype(np.float32)
