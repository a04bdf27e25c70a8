"""Three documents pushed through every contract, by way of Parquet; and what `check` sees."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from schemas import (
    CLEAN,
    DOCUMENTS,
    LEDGER,
    LINES,
    SCORES,
    SHARDS,
    SIGNALS,
    SKETCHES,
    TEXT,
    check,
    field,
    rows_of,
    tokens,
)
from schemas.page import IN_ORDER, page
from tests.schemas import three_documents as three

TABLES = [
    (SHARDS, three.shards), (DOCUMENTS, three.documents), (SIGNALS, three.signals), (SKETCHES, three.sketches),
    (LINES, three.lines), (CLEAN, three.clean), (SCORES, three.scores), (TEXT, three.text),
    (tokens(three.LENGTH), three.packed), (LEDGER, three.ledger),
]  # fmt: skip


@pytest.mark.parametrize(("contract", "table"), TABLES, ids=[c.name for c, _ in TABLES])
def test_three_documents_come_back_from_parquet_as_they_went_and_the_contract_holds(contract, table, tmp_path):
    written = table()
    written.validate(full=True)
    pq.write_table(written, tmp_path / "part.parquet")
    read = pq.read_table(tmp_path / "part.parquet")
    assert check(read.schema, contract) == []
    assert read.cast(written.schema).equals(written)
    assert [f.nullable for f in read.schema] == [f.nullable for f in written.schema]
    assert read.schema.field(0).metadata[b"meaning"] == written.schema.field(0).metadata[b"meaning"]


def test_every_document_is_text_or_a_removal_in_the_ledger():
    removed = {row["id"] for row in three.ledger().to_pylist() if row["action"] in ("remove", "quarantine")}
    kept = set(three.text()["id"].to_pylist())
    assert removed | kept == set(three.IDS)
    assert not removed & kept
    assert rows_of(sorted(removed | kept)).tolist() == three.documents()["row"].to_pylist()


def test_a_packed_row_gives_its_document_back_from_starts_and_offsets():
    row = three.packed().to_pylist()[0]
    ends = [*row["starts"][1:], row["length"]]
    pieces = [row["tokens"][start:end] for start, end in zip(row["starts"], ends, strict=True)]
    assert pieces == [[*three.TOKENS, three.END_OF_TEXT]] * 2
    assert set(row["tokens"][row["length"] :]) == {three.PADDING}


def test_the_edit_in_the_ledger_is_the_difference_between_documents_and_clean():
    document, clean = three.documents().to_pylist()[0], three.clean().to_pylist()[0]
    edit = three.ledger().to_pylist()[0]
    lines = document["text"].split("\n")
    assert "\n".join(line for n, line in enumerate(lines) if n not in clean["removed_lines"]) == clean["text"]
    assert (edit["chars_before"], edit["chars_after"]) == (document["chars"], clean["chars"])


def test_check_names_what_is_missing_mistyped_and_too_much():
    schema = SKETCHES.schema.set(0, pa.field("row", pa.int32())).remove(1).append(pa.field("extra", pa.int8()))
    assert check(schema, SKETCHES) == [
        "sketches: column 'row' is int32, not int64",
        "sketches: column 'sketch' is missing",
        "sketches: column 'extra' is not in the contract",
    ]


def test_an_open_contract_takes_further_columns_in_name_order_and_a_closed_one_none():
    further = [field("b.y", pa.int64(), "y"), field("a.x", pa.int64(), "x")]
    assert SIGNALS.with_columns(further).names == ["row", "a.x", "b.y"]
    assert check(SIGNALS.with_columns(further), SIGNALS) == []
    with pytest.raises(ValueError, match="closed contract"):
        DOCUMENTS.with_columns(further)


def test_every_field_of_every_contract_states_its_meaning():
    silent = [f"{c.name}.{f.name}" for c in IN_ORDER for f in c.schema if not f.metadata.get(b"meaning")]
    assert silent == []


def test_the_page_of_contracts_is_the_one_made_from_the_schemas():
    written = (Path(__file__).parents[2] / "docs/contracts.md").read_text()
    assert written == page(), "python -m schemas > docs/contracts.md"
