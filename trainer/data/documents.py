"""Who a document is: its uid, for naming the documents of a bad batch.

`text/` holds id and uid of every document, by category and within a file in the order of ids, so that footers say which
row groups may hold one. A corpus that came without its text/ names nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import pyarrow.parquet as pq

from trainer.data import storage
from trainer.data.shards import tokens_folder


def uids_of(corpora: Mapping[str, str], ids: Iterable[int]) -> dict[int, int]:
    """uid of each id that a corpus knows; of two corpora that know it, the first's."""
    wanted, found = np.unique(np.fromiter(ids, np.int64)), dict[int, int]()
    for name, given in corpora.items():
        for url in _texts(name, given):
            if len(found) == len(wanted):
                return found
            for id_, uid in _in_file(url, wanted):
                found.setdefault(id_, uid)
    return found


def _texts(name: str, given: str) -> list[str]:
    tokens = tokens_folder(name, given)
    text = tokens.removesuffix("tokens") + "text"
    return [storage.join(text, file) for file, _, _ in storage.files(text) if file.endswith(".parquet")]


def _in_file(url: str, wanted: np.ndarray) -> Iterator[tuple[int, int]]:
    with storage.open_read(url) as stream, pq.ParquetFile(stream) as file:
        at = file.schema_arrow.get_field_index("id")
        for group in range(file.num_row_groups):
            said = file.metadata.row_group(group).column(at).statistics
            if said is None or not said.has_min_max or _within(wanted, said.min, said.max):
                table = file.read_row_group(group, ["id", "uid"])
                ids, uids = table["id"].to_numpy(), table["uid"].to_numpy()
                hit = np.isin(ids, wanted)
                yield from zip(ids[hit].tolist(), uids[hit].tolist(), strict=True)


def _within(wanted: np.ndarray, low: int, high: int) -> bool:
    return bool(np.searchsorted(wanted, low, "left") < np.searchsorted(wanted, high, "right"))
