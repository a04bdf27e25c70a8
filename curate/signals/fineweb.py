"""The line statistics that FineWeb chose from fifty: Penedo et al. 2024, section 3.6.

Its third rule, characters in duplicated lines, is `repetition.dup_line_char_fraction`: the same measure with a bound
of 0.1 where Gopher has 0.2. Where the paper is silent, this is chosen:
- a line without a word is no line, and the white space around a line is not part of it;
- punctuation at the end of a line is a full stop, question or exclamation mark of one of the larger scripts, an
  ellipsis or a closing quotation mark;
- "shorter than 30 characters" is 29 code points or fewer.
The authors' code has a fourth rule that the paper has not (more than 0.3 newlines a word): it is not here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from curate.signals._signal import Signal

if TYPE_CHECKING:
    from curate.kernels.scan import Scan

PENEDO = "Penedo et al. 2024, 3.6"
SHORT = 30
SIGNALS = {
    "punctuated_line_fraction": Signal(
        pa.float32(),
        "fraction",
        "lines that end with punctuation",
        PENEDO,
        "lines whose last character is punctuation / lines",
    ),
    "short_line_fraction": Signal(
        pa.float32(), "fraction", "lines shorter than 30 characters", PENEDO, "lines with chars < 30 / lines"
    ),
}


def compute(scan: Scan, documents: pa.RecordBatch) -> dict[str, np.ndarray]:
    """One value a document of each signal."""
    from curate.kernels import line_facts as facts
    from curate.signals._ratio import ratio

    lines, whole = facts.line_facts(scan), np.diff(scan.line_offsets)
    short = (lines.chars < SHORT) & ~lines.have(facts.BLANK)
    return {
        "punctuated_line_fraction": ratio(lines.total(lines.have(facts.PUNCTUATED)), whole),
        "short_line_fraction": ratio(lines.total(short), whole),
    }
