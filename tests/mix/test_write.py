"""Token shards as files, and the page that explains how to read them."""

import re
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from curate.mix.pack import Packer
from curate.mix.write import open_writer, write_rows
from schemas.contract import check
from schemas.tokens import tokens as contract

PAGE = Path(__file__).parents[2] / "docs" / "tokens.md"
TEXTS = ["Pythagoras: a² + b² = c².", "<|endoftext|> is text here", "last"]


def write(folder, tokenizer, length):
    """The tokens/ folder of a corpus of three documents."""
    ids, offsets = tokenizer.encode(pa.array(TEXTS))
    packer = Packer(length, tokenizer.end_of_text, tokenizer.padding, tokenizer.token_bytes)
    path = folder / f"sequence={length}" / "category=math" / "part-00000.parquet"
    path.parent.mkdir(parents=True)
    batches = [packer.add(np.arange(3), ids, offsets), packer.finish()]
    with open_writer(str(path), length, tokenizer) as writer:
        write_rows(writer, batches, length)
    tokenizer.write(folder)
    return path, pa.Table.from_batches(batches)


def test_a_shard_keeps_the_contract_and_says_what_made_it(cl100k_tokenizer, tmp_path):
    path, table = write(tmp_path, cl100k_tokenizer, 16)
    file = pq.ParquetFile(path)
    assert file.read().to_pylist() == table.to_pylist()
    assert check(file.schema_arrow, contract(16)) == []
    metadata = file.schema_arrow.metadata
    assert metadata[b"vocabulary"].decode() == cl100k_tokenizer.digest
    assert (metadata[b"end_of_text"], metadata[b"padding"], metadata[b"length"]) == (b"100257", b"100261", b"16")
    columns = [file.metadata.row_group(0).column(n) for n in range(file.metadata.num_columns)]
    assert all("BYTE_STREAM_SPLIT" in column.encodings and column.compression == "ZSTD" for column in columns)


def test_the_same_rows_are_the_same_file(cl100k_tokenizer, tmp_path):
    one, _ = write(tmp_path / "one", cl100k_tokenizer, 8)
    other, _ = write(tmp_path / "other", cl100k_tokenizer, 8)
    assert one.read_bytes() == other.read_bytes()


def test_the_example_of_the_page_reads_the_texts_back(cl100k_tokenizer, tmp_path, monkeypatch, capsys):
    write(tmp_path / "corpus" / "tokens", cl100k_tokenizer, 8192)
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    exec(re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[1], names)
    assert capsys.readouterr().out.splitlines() == [f"math {id} 0 {text}" for id, text in enumerate(TEXTS)]
    assert len(names["piece_of_token"]) == sum(names["loss_mask"]) == names["row"]["length"]
    assert names["piece_of_token"] == sorted(names["piece_of_token"]) and names["piece_of_token"][-1] == 3
