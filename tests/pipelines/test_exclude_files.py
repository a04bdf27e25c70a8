"""Files of tokens cut again, a plan that was not written to its end, and folders that are no corpus."""

import os

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from curate.errors import UserError
from curate.mix.pack import Packer
from pipelines.exclude import exclude, rewritten, staged
from tests.oracles.packing import pack


@pytest.mark.parametrize("length", [2, 5, 64])
def test_repacking_is_packing_of_what_is_left(tmp_path, length):
    draw = np.random.default_rng(length)
    documents = [(int(id), draw.integers(0, 50, draw.integers(0, 12)).tolist()) for id in draw.integers(0, 9, 40)]
    bytes_ = np.arange(60) % 7
    packer = Packer(length, 58, 59, bytes_)
    ids, flat = np.array([d[0] for d in documents]), np.array([t for d in documents for t in d[1]], np.int32)
    offsets = np.concatenate([[0], np.cumsum([len(d[1]) for d in documents])])
    rows = pa.Table.from_batches([packer.add(ids, flat, offsets), packer.finish()])
    metadata = {"length": str(length), "end_of_text": "58", "padding": "59"}
    pq.write_table(rows.replace_schema_metadata(metadata), tmp_path / "a.parquet")
    left = rewritten.tokens(str(tmp_path / "a.parquet"), str(tmp_path / "b.parquet"), np.array([1, 4, 7]), bytes_)
    wanted = pack([d for d in documents if d[0] not in (1, 4, 7)], length, 58, 59, bytes_)
    assert pq.read_table(tmp_path / "b.parquet").to_pylist() == wanted and left == len(wanted)


def test_a_plan_that_is_not_whole_is_thrown_away(tmp_path):
    change = staged.Staged(str(tmp_path))
    change.text("new", "a/b.txt")
    assert not staged.is_ready(str(tmp_path))
    staged.forget(str(tmp_path))
    assert os.listdir(tmp_path) == []


def test_what_is_no_finished_corpus_is_refused(tmp_path):
    takedown = tmp_path / "takedown.csv"
    takedown.write_text("host\na.example\n")
    for folder in (tmp_path, tmp_path / "absent"):
        with pytest.raises(UserError):
            exclude(str(folder), [str(takedown)])
