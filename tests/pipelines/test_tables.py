"""A file that Arrow cannot make out is told to be damaged, by name; a disk or a network that fails is not."""

import errno
import io
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from curate.errors import RunStopped
from curate.storage import StorageError
from pipelines import tables
from pipelines.context import Context


@pytest.fixture
def context(tmp_path):
    context = Context(str(tmp_path), None, (("measure", "k"),), "measure")
    path = tmp_path / "work" / "measure-k" / "signals-00000.parquet"
    path.parent.mkdir(parents=True)
    pq.write_table(pa.table({"row": list(range(1000))}), path)
    return context


FAILURES = [
    TimeoutError("timed out"),
    ConnectionError("connection reset"),
    OSError(errno.EIO, "Input/output error"),
    OSError(errno.ESTALE, "Stale file handle"),
    StorageError("s3://b/f: ClientError: slow down"),
]


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
def test_a_failing_disk_or_network_is_not_called_damage(context, monkeypatch, failure):
    class Failing(io.FileIO):
        def read(self, *_):
            raise failure

    monkeypatch.setattr(tables, "open_read", Failing)
    with pytest.raises(OSError) as raised:
        tables.read(context, "signals", 0)
    assert (type(raised.value), raised.value.errno) == (type(failure), failure.errno)


@pytest.mark.parametrize("spoil", [lambda b: b[: len(b) // 2], lambda b: b[:4] + bytes(200) + b[204:], lambda b: b""])
def test_content_that_arrow_cannot_make_out_is_named_as_damaged(context, spoil):
    path = Path(context.path("signals", 0))
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(RunStopped, match=r"signals-00000\.parquet: is damaged \("):
        tables.read(context, "signals", 0)
