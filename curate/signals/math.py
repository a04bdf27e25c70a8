"""How mathematical a document is: s / (s + words / 10), so one mathematical sign in ten words gives one half.

Ours; no paper states one. Signs are `$`, a backslash and two letters (a TeX command), `^`, a MathML tag (`<m` and a
letter), the operators of Unicode (U+2200 to 22FF, and the alphanumerics from U+1D400 to 1D7FF) and an `=` that stands
alone. Lines that look like code (`code.score`) count neither signs nor words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from curate.signals._signal import Signal

if TYPE_CHECKING:
    from curate.kernels.scan import Scan

SIGNALS = {"score": Signal(pa.float32(), "0 to 1", "density of mathematical signs among words", "ours")}


def compute(scan: Scan, documents: pa.RecordBatch) -> dict[str, np.ndarray]:
    """One value a document."""
    from curate.kernels.technical import math_signs
    from curate.signals._ratio import ratio

    signs, words = math_signs(scan)
    return {"score": ratio(10 * signs, 10 * signs + words)}
