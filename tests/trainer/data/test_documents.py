"""Names of documents, from text/ beside the tokens."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tests.trainer.data.made import corpus
from trainer.data.documents import uids_of


def test_documents_are_named_by_uid(tmp_path: Path) -> None:
    folder = corpus(tmp_path, {"web": [[1]]})
    for part, first in enumerate((0, 1000)):
        url = folder / "text" / "category=web" / f"part-{part:05d}.parquet"
        url.parent.mkdir(parents=True, exist_ok=True)
        ids = pa.array(range(first, first + 1000), pa.int64())
        uids = pa.array([(1 << 63) + 7 * id_.as_py() for id_ in ids], pa.uint64())
        pq.write_table(pa.table({"id": ids, "uid": uids}), url, row_group_size=100)
    corpora = {"c": str(folder / "tokens")}
    assert uids_of(corpora, [1999, 3, 5000]) == {3: (1 << 63) + 21, 1999: (1 << 63) + 7 * 1999}
    assert uids_of({"c": str(folder)}, []) == {}


def test_without_text_nobody_is_named(tmp_path: Path) -> None:
    assert uids_of({"c": str(corpus(tmp_path, {"web": [[1]]}))}, [1]) == {}
