"""The lower-cased words of a batch, made by the family that asks first: `adult` and `contamination` look at them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from curate.kernels.scan import Scan


def words(scan: Scan, documents: pa.RecordBatch) -> tuple[np.ndarray, np.ndarray]:
    """(hashes, offsets) as `curate.kernels.words.shingle_words` gives them."""
    from curate.kernels.words import shingle_words

    if "words" not in scan.shared:
        scan.shared["words"], scan.shared["word_offsets"] = shingle_words(documents["text"])
    return scan.shared["words"], scan.shared["word_offsets"]
