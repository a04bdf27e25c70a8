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
        assert sorted(r for part in shuffle.pieces(shuffled, "s", key + 100, RECORD) for r in part.tolist()) == expected


def test_a_destination_without_records_is_empty(shuffled):
    assert len(shuffle.read(shuffled, "s", 7, RECORD)) == 0 and shuffle.size(shuffled, "s", 7) == 0
    assert list(shuffle.pieces(shuffled, "s", 7, RECORD)) == []


@pytest.mark.parametrize("together", [1, 2, 100])
def test_a_key_is_found_by_halving_and_many_with_one_look(shuffled, monkeypatch, together):
    monkeypatch.setattr(spill, "SOUGHT_IN", together)
    keys = [3, 104, 99, 100, 102, 105, 1 << 31]
    assert [shuffle.size(shuffled, "s", key) for key in keys] == shuffle.sizes(shuffled, "s", keys)
    assert shuffle.sizes(shuffled, "s", keys)[1:5] == [3 * 5 * 16, 0, 2 * 1 * 16, 3 * 3 * 16]
    looks, read = [], spill.read_bytes
    monkeypatch.setattr(spill, "read_bytes", lambda path: looks.append(path) or read(path))
    shuffle.sizes(shuffled, "s", keys)
    assert len(looks) == 1
    shuffle.size(shuffled, "s", 101)
    assert len(looks) == 1  # nor does a task read the whole of it


def test_a_place_is_read_in_pieces_whichever_engine_laid_it_down(shuffled, monkeypatch):
    expected = shuffle.read(shuffled, "s", 104, RECORD)
    monkeypatch.setattr(shuffle, "PIECE_BYTES", 64)
    assert [len(part) for part in shuffle.pieces(shuffled, "s", 104, RECORD)] == [15]  # as one reducer gave it
    shuffle.put_bytes(expected.tobytes(), shuffle._part(shuffled, "other", 104))
    shuffle.put_text('{"spilled": false}', shuffle._marker(shuffled, "other"))
    parts = list(shuffle.pieces(shuffled, "other", 104, RECORD))
    assert [len(part) for part in parts] == [4, 4, 4, 3] and np.concatenate(parts).tolist() == expected.tolist()
    assert shuffle.sizes(shuffled, "other", [104, 7]) == [expected.nbytes, 0]
