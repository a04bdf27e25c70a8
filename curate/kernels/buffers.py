"""The bytes of a string array as the two NumPy arrays that every kernel takes, of one type each, without a copy.

numba compiles again for each type of argument, and an Arrow buffer may be read-only or not, its offsets 32 or 64 bits.
The bytes are 64 at least, those behind the texts 0 or another text's: kernels read blocks of 64, and find the last
bytes of the array at the end of a block that begins before them.
"""

from typing import TypeAlias

import numpy as np
import pyarrow as pa

LEAST = 64
Texts: TypeAlias = "pa.Array | pa.ChunkedArray"


def buffers(texts: Texts) -> tuple[np.ndarray, np.ndarray]:
    """(data uint8[at least 64] read-only, offsets int64[n+1] into it) of strings; null is the empty text."""
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks() if texts.num_chunks != 1 else texts.chunk(0)
    if not pa.types.is_string(texts.type) and not pa.types.is_large_string(texts.type):
        texts = texts.cast(pa.large_string())
    if texts.null_count:
        texts = texts.fill_null("")
    return _bytes(texts), _offsets(texts)


def _offsets(texts: pa.Array) -> np.ndarray:
    if not len(texts):
        return np.zeros(1, np.int64)
    kind = np.int64 if pa.types.is_large_string(texts.type) else np.int32
    return np.frombuffer(texts.buffers()[1], kind)[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)


def _bytes(texts: pa.Array) -> np.ndarray:
    buffer = texts.buffers()[2]
    data = np.empty(0, np.uint8) if buffer is None or not buffer.size else np.frombuffer(buffer, np.uint8)
    if data.size < LEAST:
        data = np.concatenate([data, np.zeros(LEAST - data.size, np.uint8)])
    data.flags.writeable = False
    return data
