"""What CCNet (Wenzek et al. 2020) measures of a page without its language model: size, and lines that it repeats.

Not here: the perplexity by which CCNet sorts pages into head, middle and tail. It needs a KenLM model for each
language, which Curate does not ship; a plugin (docs/plugins.md) can compute it from yours. Nor is the removal of
paragraphs seen in other pages: that is the recipe's `frequent_lines`, which counts them over the corpus.

A paragraph of CCNet is a line. Two are the same after lower-casing, with each digit read as 0 and punctuation and
white space left out (accents kept, where CCNet drops them); the first of them is the original. A line without a
letter has no such form and repeats nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from curate.signals._signal import Signal

if TYPE_CHECKING:
    from curate.kernels.scan import Scan

WENZEK = "Wenzek et al. 2020, 3.2"
SIGNALS = {
    "length": Signal(pa.int32(), "code points", "length of the text", WENZEK, "code points of the text"),
    "lines": Signal(pa.int32(), "lines", "lines with a word", WENZEK, "lines"),
    "dup_line_fraction": Signal(
        pa.float32(),
        "fraction",
        "lines that repeat an earlier one once normalised",
        WENZEK,
        "(lines with a letter - different ones among them, normalised) / lines",
    ),
}


def compute(scan: Scan, documents: pa.RecordBatch) -> dict[str, np.ndarray]:
    """One value a document of each signal."""
    from curate.dedup.lines import line_hashes
    from curate.dedup.shingles import unique_sets
    from curate.signals._ratio import ratio

    hashes, offsets = line_hashes(documents["text"], 0)
    counts = np.diff(np.r_[0, np.cumsum(hashes != 0)][offsets])
    known, bounds = unique_sets(hashes, offsets)
    distinct = np.diff(np.r_[0, np.cumsum(known != 0)][bounds])
    lines = np.diff(scan.line_offsets)
    return {
        "length": scan.chars.astype(np.int32),
        "lines": lines.astype(np.int32),
        "dup_line_fraction": ratio(counts - distinct, lines),
    }
