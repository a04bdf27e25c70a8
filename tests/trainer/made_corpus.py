"""A corpus small enough to train on in a test: token shards by their contract, bytes as vocabulary, text/ for uids."""

from __future__ import annotations

import base64
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.tokens import tokens as contract
from tests.trainer import made_vocabulary

END, PADDING, SIZE = 254, 255, 256


def write(folder: Path, categories: dict[str, list[list[list[int]]]], length: int, group: int = 8) -> Path:
    """`categories`: name -> rows, each a list of documents (tokens without their end). Documents are numbered."""
    tokens = folder / "tokens"
    content = b"".join(base64.b64encode(bytes([at])) + b" %d\n" % at for at in range(SIZE - 2))
    digest, number = made_vocabulary.write(tokens, content, END, PADDING, SIZE), 0
    for category, rows in categories.items():
        place = tokens / f"sequence={length}" / f"category={category}"
        place.mkdir(parents=True)
        table = []
        for row in rows:
            table.append(_row(row, length, number))
            number += len(row)
        meta = {"vocabulary": digest, "end_of_text": str(END), "padding": str(PADDING), "length": str(length)}
        schema = contract(length).schema.with_metadata(meta)
        pq.write_table(pa.Table.from_pylist(table, schema), place / "part-00000.parquet", row_group_size=group)
    (folder / "text").mkdir()
    said = {"id": range(number), "uid": [10**12 + at for at in range(number)]}
    pq.write_table(
        pa.table({name: pa.array(of, pa.int64()) for name, of in said.items()}), folder / "text" / "a.parquet"
    )
    return folder


def _row(documents: list[list[int]], length: int, first: int) -> dict:
    pieces = [[*document, END] for document in documents]
    starts = [sum(map(len, pieces[:at])) for at in range(len(pieces))]
    flat = [token for piece in pieces for token in piece]
    return {
        "tokens": flat + [PADDING] * (length - len(flat)),
        "length": len(flat),
        "starts": starts,
        "ids": list(range(first, first + len(pieces))),
        "offsets": [0] * len(pieces),
        "bytes": [len(document) for document in documents],
    }
