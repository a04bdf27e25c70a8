"""id and uid: the two names of a document.

`id` = corpus:8 | shard:23 | row:32 in an int64 (corpus below 128, so ids are never negative): short, sorts by place,
finds its row in one file of each phase. `uid` = XXH3-64 of "path\\0offset": the same in every run that reads the file.
"""

import numpy as np
import xxhash

SHARD_BITS, ROW_BITS = 23, 32
IN_ITS_CORPUS = (1 << (SHARD_BITS + ROW_BITS)) - 1  # the bits of an id below its corpus: what it is in that one


def make_ids(shard: int, rows: np.ndarray, corpus: int = 0) -> np.ndarray:
    """int64 ids of `rows` (int64[n]) of a shard."""
    if not 0 <= corpus < 128 or not 0 <= shard < 1 << SHARD_BITS:
        raise ValueError(f"corpus {corpus} or shard {shard} does not fit an id (corpus < 128, shard < {1 << SHARD_BITS})")
    return np.asarray(rows, np.int64) + (np.int64(corpus) << (SHARD_BITS + ROW_BITS)) + (np.int64(shard) << ROW_BITS)


def shards_of(ids: np.ndarray) -> np.ndarray:
    """int64 shard numbers of ids."""
    return (np.asarray(ids, np.int64) >> ROW_BITS) & ((1 << SHARD_BITS) - 1)


def corpora_of(ids: np.ndarray) -> np.ndarray:
    """int64 numbers of the corpora: 0 is the run's own, i+1 the i-th entry of its recipe's `against`."""
    return np.asarray(ids, np.int64) >> (SHARD_BITS + ROW_BITS)


def places_of(ids: np.ndarray) -> np.ndarray:
    """int64 places, corpus:8 | shard:23: what a shuffle that sees older corpora is cut by; of the run's own, the shard."""
    return np.asarray(ids, np.int64) >> ROW_BITS


def rows_of(ids: np.ndarray) -> np.ndarray:
    """int64 rows of ids."""
    return np.asarray(ids, np.int64) & ((1 << ROW_BITS) - 1)


def uid(path: str, offset: int) -> int:
    """The stable identity of the record at `offset` of `path`."""
    return xxhash.xxh3_64_intdigest(f"{path}\0{offset}".encode("utf-8", "surrogateescape"))
