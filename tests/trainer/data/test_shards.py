"""Bad input, told before the first step: which file, and what to do."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from schemas.tokens import tokens as contract
from tests.trainer.data.made import LENGTH, corpus, row, shard, vocabulary
from trainer.data.shards import open_corpora, vocabulary_of
from trainer.errors import TrainingError

PART = f"tokens/sequence={LENGTH}/category=web/part-00000.parquet"


@pytest.fixture
def made(tmp_path: Path) -> Path:
    return corpus(tmp_path / "made", {"web": [[4, 3], [2]], "math": [[5]]})


def digest(folder: Path) -> str:
    return json.loads((folder / "tokens/vocabulary.json").read_text())["digest"]


def test_streams_are_categories_with_their_row_groups_in_order(made):
    (made / "tokens" / f"sequence={LENGTH}" / "category=web" / ".part.parquet.tmp").write_bytes(b"x")
    shards = open_corpora({"c": str(made)}, LENGTH)
    assert shards.rows == {"c/math": 5, "c/web": 9}
    web = shards.streams["c/web"]
    assert [(Path(g.url).name, g.group, g.rows) for g in web] == [
        ("part-00000.parquet", 0, 4), ("part-00000.parquet", 1, 3), ("part-00001.parquet", 0, 2),
    ]  # fmt: skip
    assert shards.vocabulary.size == 260 and shards.vocabulary.file.endswith("vocabulary.tiktoken")
    assert shards.vocabulary == vocabulary_of({"c": str(made / "tokens")})


def cut(folder: Path) -> None:
    (folder / PART).write_bytes((folder / PART).read_bytes()[:-20])


def emptied(folder: Path) -> None:
    (folder / PART).write_bytes(b"")


def overwritten(folder: Path) -> None:
    content = (folder / PART).read_bytes()
    size = int.from_bytes(content[-8:-4], "little")
    (folder / PART).write_bytes(content[: -8 - size] + b"\xff" * size + content[-8:])


def of_another_schema(folder: Path) -> None:
    schema = contract(LENGTH).schema.remove(2)
    shard(folder / PART, [4], 0, LENGTH, digest(folder), schema=schema)


def of_another_length(folder: Path) -> None:
    shard(folder / PART, [4], 0, 16, digest(folder))


def that_says_another_length(folder: Path) -> None:
    shard(folder / PART, [4], 0, LENGTH, digest(folder), said={"length": 16})


def of_another_vocabulary(folder: Path) -> None:
    shard(folder / PART, [4], 0, LENGTH, "f" * 64)


def in_no_category(folder: Path) -> None:
    (folder / PART).rename(folder / f"tokens/sequence={LENGTH}/part.parquet")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (cut, r"category=web/part-00000\.parquet: is cut short \([\d,]+ bytes, and no footer at their end\); copy it"),
        (emptied, r"part-00000\.parquet: is cut short \(0 bytes"),
        (overwritten, r"part-00000\.parquet: its footer is damaged; copy it anew"),
        (of_another_schema, r"part-00000\.parquet: is no shard of rows of 32 tokens \(.*column 'starts' is missing\)"),
        (of_another_length, r"part-00000\.parquet: is no shard of rows of 32 tokens \(.*'tokens' is .*\[16\]"),
        (that_says_another_length, r"part-00000\.parquet: says it was packed at 16 tokens, and lies with those of 32"),
        (of_another_vocabulary, r"part-00000\.parquet: was made with the vocabulary ffffffffffff, and .*vocabulary\.t"),
        (in_no_category, r"sequence=32/part\.parquet: lies in no category= folder"),
    ],
)
def test_a_shard_that_cannot_be_read_is_named_with_what_to_do(made: Path, spoil: Callable[[Path], None], said: str):
    spoil(made)
    assert_refused({"c": str(made)}, said)


def test_a_folder_that_is_no_run_is_told_from_one_that_is_not_there(made, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "notes.txt").write_text("x")
    assert_refused({"c": str(tmp_path / "other")}, r"corpora\.c: .*other is no finished run, since it has no tokens/vo")
    assert_refused({"c": str(tmp_path / "nowhere")}, r"corpora\.c: .*nowhere: there is no such folder; name the one")
    assert_refused({"c": "nosuch://bucket/x"}, r"^nosuch://bucket/x/vocabulary\.json: cannot be opened: ")


def test_a_length_that_is_not_there_is_told_with_those_that_are(made):
    said = (
        r"corpora\.c: .*tokens has no rows of 64 tokens \(32 are there\); set the stage's `length`, or write "
        r"`pack: \{lengths: \[32, 64\]\}` in the corpus's recipe and run it again"
    )
    assert_refused({"c": str(made)}, said, 64)


def test_two_corpora_must_have_one_vocabulary(made, tmp_path):
    other = corpus(tmp_path / "other", {"web": [[3]]}, pattern=r"\w+")
    assert_refused(
        {"c": str(made), "d": str(other)}, r"corpora\.d: .* is another vocabulary \(.{12}\) than .* of corpora\.c"
    )


def test_a_corpus_without_a_row_is_refused(tmp_path):
    assert_refused(
        {"c": str(corpus(tmp_path / "none", {"web": [[0]]}))}, r"corpora\.c: .*sequence=32 holds no row; its run"
    )
    (tmp_path / "bare" / "tokens" / f"sequence={LENGTH}").mkdir(parents=True)
    vocabulary(tmp_path / "bare" / "tokens")
    assert_refused({"c": str(tmp_path / "bare")}, r"corpora\.c: .*sequence=32 holds no row; its run kept nothing")


def test_card_and_vocabulary_must_agree(made):
    (made / "tokens/vocabulary.tiktoken").write_bytes(b"other ranks")
    assert_refused(
        {"c": str(made)}, r"vocabulary\.tiktoken: is not the vocabulary of .*vocabulary\.json; copy both anew"
    )
    (made / "tokens/vocabulary.tiktoken").unlink()
    assert_refused({"c": str(made)}, r"vocabulary\.tiktoken: is not there, and its card is")
    (made / "tokens/vocabulary.json").write_text("{}")
    assert_refused({"c": str(made)}, r"vocabulary\.json: has no 'file'; copy it anew")
    (made / "tokens/vocabulary.json").write_text("{")
    assert_refused({"c": str(made)}, r"vocabulary\.json: is no card of a vocabulary; copy it anew")


def assert_refused(corpora: dict[str, str], said: str, length: int = LENGTH) -> None:
    with pytest.raises(TrainingError) as caught:
        open_corpora(corpora, length)
    assert re.search(said, str(caught.value)), str(caught.value)
    assert "\n" not in str(caught.value) and caught.value.exit_code == 2


def test_a_shard_that_says_no_length_is_refused(made):
    pq.write_table(pa.Table.from_pylist([row(0, LENGTH)], contract(LENGTH).schema), made / PART)
    assert_refused({"c": str(made)}, r"part-00000\.parquet: says it was packed at no tokens")
