"""A shuffle through files gives each key what was emitted for it, and reads no more of its index than that."""

import numpy as np
import pytest

from pipelines import shuffle, spill
from pipelines.context import Context
from pipelines.runners import Engine

RECORD = np.dtype([("key", "<i8"), ("from", "<i8")])
KEYS, SHARDS = 5, 4
HERE = "tests.pipelines.test_spill"


def emit(context, shard, values):
    for key in range(KEYS):
        if (key + shard) % 3:
            yield key, np.array([(key, shard)] * (key + 1), RECORD).tobytes()


def reduce(context, key, values):
    records = np.frombuffer(b"".join(values), RECORD)
    assert (records["key"] == key).all()
    yield key + 100, records.tobytes()


@pytest.fixture
def shuffled(tmp_path):
    context = Context(str(tmp_path), None, (("p", "k"),), "p", step="s")
    for stage, numbers, function in (("emit", range(SHARDS), emit), ("reduce", range(KEYS), reduce)):
        for number in numbers:
            values = spill.values(context, "s", "emit", number) if stage == "reduce" else []
            spill._write(context, stage, number, function(context, number, values))
        spill._stage(context, Engine(), stage, [(n, 0) for n in numbers], f"{HERE}:{stage}")
    shuffle.put_text('{"spilled": true}', shuffle._marker(context, "s"))
    return context


def test_each_destination_has_its_records_sorted(shuffled):
    for key in range(KEYS):
        found = shuffle.read(shuffled, "s", key + 100, RECORD)
        expected = [(key, shard) for shard in range(SHARDS) if (key + shard) % 3 for _ in range(key + 1)]
        assert found.tolist() == expected
        assert shuffle.size(shuffled, "s", key + 100) == found.nbytes
        assert shuffle.distinct(found).tolist() == sorted(set(expected))
        assert sorted(shuffle.read_unsorted(shuffled, "s", key + 100, RECORD).tolist()) == expected


def test_a_destination_without_records_is_empty(shuffled):
    assert len(shuffle.read(shuffled, "s", 7, RECORD)) == 0 and shuffle.size(shuffled, "s", 7) == 0
