"""How much of a document is programme source, and the sizes that published code corpora select by.

`score`, the fraction of lines that look like code, is ours; no paper states one. A line scores 2 for ending in `{`,
`}` or `;` or for beginning with a comment mark, 1 each for beginning with a keyword, for indentation, for ending in
`(`, `)`, `[`, `]`, `,`, `:` or a backslash, and for one sign of code (`(){}[]<>=;_&|*+/"'$#@`) or more in each ten
bytes. Two points make a line of code, unless a TeX command (a backslash and two letters) is in it. Cheap, and no
model: it decides categories and spares technical pages from rules about prose, and a classifier may refine it.

The others are those of Codex (Chen et al. 2021, 3.1: mean line up to 100 characters, longest up to 1,000) and
StarCoder (Li et al. 2023, 3.1: at least a quarter alphanumeric). Here a line ends at \\n, blank ones count and
indentation is part of it; what follows the last \\n is a line unless it is empty; alphanumeric is a letter, digit or
underscore.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from curate.signals._signal import Signal

if TYPE_CHECKING:
    from curate.kernels.scan import Scan

SIZES = "Chen et al. 2021, 3.1; Li et al. 2023, 3.1"
SIGNALS = {
    "score": Signal(pa.float32(), "fraction", "lines that look like programme source", "ours"),
    "max_line_chars": Signal(pa.int32(), "code points", "length of the longest line", SIZES),
    "mean_line_chars": Signal(pa.float32(), "code points", "mean length of a line", SIZES),
    "alnum_ratio": Signal(pa.float32(), "fraction", "characters that are letters, digits or underscores", SIZES),
}


def compute(scan: Scan, documents: pa.RecordBatch) -> dict[str, np.ndarray]:
    """One value a document of each signal."""
    from curate.kernels.line_facts import ALNUM, WIDEST, line_facts
    from curate.kernels.technical import code_lines
    from curate.signals._ratio import ratio

    facts = line_facts(scan)
    newlines = np.diff(facts.offsets) - 1
    size = np.diff(scan.offsets)
    closed = (size == 0) | (scan.data[np.maximum(scan.offsets[1:], 1) - 1] == ord("\n"))
    return {
        "score": ratio(code_lines(scan), np.diff(scan.line_offsets)),
        "max_line_chars": facts.texts[:, WIDEST].astype(np.int32),
        "mean_line_chars": ratio(scan.chars - newlines, newlines + ~closed),
        "alnum_ratio": ratio(facts.texts[:, ALNUM], scan.chars),
    }
