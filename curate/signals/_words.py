"""The lower-cased words of a batch, made by the family that asks first.

`contamination` looks at words, `adult` at units: the same wherever no letter of a script without spaces is.
"""

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


def units(scan: Scan, documents: pa.RecordBatch) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(hashes, offsets, joined) as `curate.kernels.words.joined_units` gives them."""
    from curate.kernels.words import joined_units

    hashes, offsets, joined = joined_units(documents["text"])
    if not len(joined):
        scan.shared["words"], scan.shared["word_offsets"] = hashes, offsets
    return hashes, offsets, joined
