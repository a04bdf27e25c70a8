"""Files that a task writes."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.output import ParquetFile
from pipelines.packing import _write


@pytest.mark.parametrize(("length", "groups"), [(1 << 19, [4, 4, 2]), (1 << 30, [1] * 10), (8, [10])])
def test_many_books_are_row_groups_that_a_loader_can_hold(tmp_path, length, groups):
    batch = pa.record_batch({"length": pa.array([5] * 10, pa.int32())})
    file = ParquetFile(str(tmp_path / "a.parquet"), batch.schema)
    packed = {"rows": 0, "tokens": 0}
    _write(file, [batch], packed, length)
    file.put(str(tmp_path))
    read = pq.ParquetFile(tmp_path / "a.parquet").metadata
    assert [read.row_group(at).num_rows for at in range(read.num_row_groups)] == groups
    assert packed == {"rows": 10, "tokens": 50}
