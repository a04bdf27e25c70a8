"""How much of a document is programme source: the fraction of its lines that look like code.

Ours; no paper states one. A line scores 2 for ending in `{`, `}` or `;` or for beginning with a comment mark, 1 each
for beginning with a keyword, for indentation, for ending in `(`, `)`, `[`, `]`, `,`, `:` or a backslash, and for one
sign of code (`(){}[]<>=;_&|*+/"'$#@`) or more in each ten bytes. Two points make a line of code, unless a
TeX command (a backslash and two letters) is in it. Cheap, and no model:
it decides categories and spares technical pages from rules about prose, and a classifier may refine it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from curate.signals._signal import Signal

if TYPE_CHECKING:
    from curate.kernels.scan import Scan

SIGNALS = {"score": Signal(pa.float32(), "fraction", "lines that look like programme source", "ours")}


def compute(scan: Scan, documents: pa.RecordBatch) -> dict[str, np.ndarray]:
    """One value a document."""
    from curate.kernels.technical import code_lines
    from curate.signals._ratio import ratio

    return {"score": ratio(code_lines(scan), np.diff(scan.line_offsets))}
