"""Every file that a run leaves is held against its contract, and the files agree with each other."""

import numpy as np
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from curate.tokenizer import load
from schemas import CLEAN, DOCUMENTS, LEDGER, LINES, SCORES, SHARDS, SIGNALS, SKETCHES, TEXT, check, tokens

CONTRACTS = {
    "shards": SHARDS,
    "documents": DOCUMENTS,
    "signals": SIGNALS,
    "sketches": SKETCHES,
    "lines": LINES,
    "clean": CLEAN,
    "scores": SCORES,
    "ledger": LEDGER,
}


@pytest.mark.parametrize("name", CONTRACTS)
def test_every_file_of_the_phases_holds_its_contract(name, finished):
    paths = sorted((finished.folder / "work").glob(f"*/{name}-*.parquet"))
    assert paths
    for path in paths:
        assert check(pq.read_schema(path), CONTRACTS[name]) == [], path


def test_no_column_that_may_not_be_null_is(finished):
    for name, contract in CONTRACTS.items():
        for path in (finished.folder / "work").glob(f"*/{name}-*.parquet"):
            table = pq.read_table(path)
            assert [f.name for f in contract.schema if not f.nullable and table[f.name].null_count] == [], path


def test_products_hold_their_contracts(finished):
    for path in (finished.folder / "text").rglob("*.parquet"):
        assert check(pq.read_schema(path), TEXT) == []
    for path in (finished.folder / "ledger").rglob("*.parquet"):
        assert check(pq.read_schema(path), LEDGER) == []


def test_token_files_hold_their_contract_and_say_what_they_were_made_with(finished):
    vocabulary = load(finished.recipe.tokenizer)
    for length in finished.recipe.pack.lengths:
        paths = sorted((finished.folder / f"tokens/sequence={length}").rglob("*.parquet"))
        assert len(paths) == 3  # categories
        for path in paths:
            schema = pq.read_schema(path)
            assert check(schema, tokens(length)) == []
            assert schema.metadata[b"length"] == str(length).encode()
            assert schema.metadata[b"vocabulary"].decode() == vocabulary.digest
            assert int(schema.metadata[b"end_of_text"]) == vocabulary.end_of_text
            assert int(schema.metadata[b"padding"]) == vocabulary.padding


@pytest.mark.parametrize("length", [64, 128])
def test_offsets_rebuild_every_document_of_the_text_with_its_repeats(length, finished):
    vocabulary = load(finished.recipe.tokenizer)
    text = ds.dataset(str(finished.folder / "text"), format="parquet").to_table(["id", "text", "repeats"]).to_pylist()
    pieces: dict[int, dict[int, list[np.ndarray]]] = {}
    for row in ds.dataset(str(finished.folder / f"tokens/sequence={length}"), format="parquet").to_table().to_pylist():
        ends = [*row["starts"][1:], row["length"]]
        for start, end, of, offset in zip(row["starts"], ends, row["ids"], row["offsets"], strict=True):
            pieces.setdefault(of, {}).setdefault(offset, []).append(np.array(row["tokens"][start:end], np.int32))
    assert set(pieces) == {document["id"] for document in text}
    for document in text[:40]:
        found = pieces[document["id"]]
        assert len(found[0]) == document["repeats"]
        if document["repeats"] == 1:
            ids = np.concatenate([found[at][0] for at in sorted(found)])
            assert ids[-1] == vocabulary.end_of_text
            assert vocabulary.decode(ids[:-1]) == document["text"]
