"""Arrow strings as numpy buffers, without copying the text."""

from __future__ import annotations

import numpy as np
import pyarrow as pa


def buffers(texts: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """UTF-8 bytes and int64 offsets from 0 of a string array, sliced or not; null is empty."""
    if texts.null_count:
        texts = texts.fill_null("")
    width = np.int64 if pa.types.is_large_string(texts.type) else np.int32
    _, ends, data = texts.buffers()
    if not len(texts) or data is None:
        return np.zeros(0, np.uint8), np.zeros(len(texts) + 1, np.int64)
    offsets = np.frombuffer(ends, width)[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)
    return np.frombuffer(data, np.uint8)[offsets[0] : offsets[-1]], offsets - offsets[0]


def joined(each: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """One flat array of ids and its offsets."""
    offsets = np.zeros(len(each) + 1, np.int64)
    np.cumsum([len(ids) for ids in each], out=offsets[1:])
    return np.concatenate([np.zeros(0, np.int32), *each]), offsets
