"""Row groups that turn out to be bad in the middle of a run."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.trainer.data.made import LENGTH, corpus, row, shard
from trainer.data.footers import Source
from trainer.data.rows import decode
from trainer.data.shards import open_corpora
from trainer.errors import TrainingStopped

PART = f"tokens/sequence={LENGTH}/category=web/part-00000.parquet"


def test_a_row_group_is_what_was_written(tmp_path: Path) -> None:
    shards = open_corpora({"c": str(corpus(tmp_path, {"web": [[4, 9]]}))}, LENGTH)
    rows = decode(shards.streams["c/web"][1], shards.vocabulary, Source())
    for at in range(9):
        expected = row(4 + at, LENGTH)
        assert rows.tokens[at].tolist() == expected["tokens"] and rows.length[at] == expected["length"]
        assert [list(x) for x in rows.pieces(at)] == [expected[name] for name in ("ids", "starts", "bytes")]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"tokens": [260] + [0] * (LENGTH - 1)}, "holds the token id 260, and its vocabulary has 260"),
        ({"tokens": [-1] + [0] * (LENGTH - 1)}, "holds the token id -1, and its vocabulary has 260"),
        ({"length": 33}, "has a row of 33 or 33 tokens, of 32"),
        ({"starts": [1], "ids": [1], "bytes": [1]}, "has a row whose first piece does not begin at 0"),
        ({"starts": [], "ids": [], "bytes": []}, "has a row whose first piece does not begin at 0"),
        ({"starts": [0, 5, 5], "ids": [1, 2, 3], "bytes": [1, 1, 1]}, "has pieces that do not follow each other"),
        ({"starts": [0, 32], "ids": [1, 2], "bytes": [1, 1]}, "has pieces that do not follow each other"),
        ({"starts": [0, 5], "ids": [1, 2], "bytes": [1]}, "cannot be read (starts, ids and bytes have not as many"),
    ],
)
def test_what_breaks_the_contract_stops_the_run(tmp_path: Path, changed: dict[str, Any], said: str) -> None:
    folder = corpus(tmp_path, {"web": [[3]]})
    shards = open_corpora({"c": str(folder)}, LENGTH)
    shard(folder / PART, [3], 0, LENGTH, shards.vocabulary.digest, changed=changed)
    assert_stops(open_corpora({"c": str(folder)}, LENGTH), said)


def test_bytes_that_do_not_decode_stop_the_run(tmp_path: Path) -> None:
    folder = corpus(tmp_path, {"web": [[300]]})
    shards = open_corpora({"c": str(folder)}, LENGTH)
    content = bytearray((folder / PART).read_bytes())
    content[40:400] = bytes(360)
    (folder / PART).write_bytes(content)
    assert_stops(shards, "cannot be read (")


def test_a_file_that_went_or_changed_meanwhile_stops_the_run(tmp_path: Path) -> None:
    folder = corpus(tmp_path, {"web": [[3]]})
    shards = open_corpora({"c": str(folder)}, LENGTH)
    shard(folder / PART, [2], 0, LENGTH, shards.vocabulary.digest)
    assert_stops(shards, "has 2 rows, and its footer said 3: the file has changed")
    (folder / PART).unlink()
    assert_stops(shards, "cannot be read (")


def assert_stops(shards: Any, said: str) -> None:
    with pytest.raises(TrainingStopped) as caught:
        decode(shards.streams["c/web"][0], shards.vocabulary, Source())
    assert re.search(rf"part-00000\.parquet: row group 0 {re.escape(said)}", str(caught.value)), str(caught.value)
    assert str(caught.value).endswith("and start again") and "\n" not in str(caught.value)
