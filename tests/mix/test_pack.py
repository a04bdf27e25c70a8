"""Packed rows against the description of packing."""

from itertools import accumulate

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.mix.pack import Packer
from schemas.contract import check
from schemas.tokens import tokens as contract
from tests.oracles.packing import pack

END, PADDING = 20, 21
BYTES = np.array([*range(1, 21), 0, 0], np.int32)
DOCUMENTS = st.lists(st.lists(st.integers(0, 19), max_size=15), max_size=8)


def flat(documents):
    ids = np.arange(len(documents), dtype=np.int64) + (1 << 40)
    tokens = np.array([token for document in documents for token in document], np.int32)
    return ids, tokens, np.array([0, *accumulate(map(len, documents))], np.int64)


def rows(length, batches):
    packer = Packer(length, END, PADDING, BYTES)
    made = [packer.add(*batch) for batch in batches] + [packer.finish()]
    return pa.Table.from_batches(made).to_pylist()


@given(DOCUMENTS, st.integers(1, 12))
def test_rows_are_those_of_the_description(documents, length):
    ids, tokens, offsets = flat(documents)
    expected = pack(list(zip(ids.tolist(), documents, strict=True)), length, END, PADDING, BYTES.tolist())
    assert rows(length, [(ids, tokens, offsets)]) == expected


@given(DOCUMENTS, st.integers(1, 12), st.data())
def test_rows_do_not_depend_on_the_batches(documents, length, data):
    ids, tokens, offsets = flat(documents)
    cut = data.draw(st.integers(0, len(documents)))
    parts = [(ids[:cut], tokens, offsets[: cut + 1]), (ids[cut:], tokens, offsets[cut:])]
    assert rows(length, parts) == rows(length, [(ids, tokens, offsets)])


@given(DOCUMENTS, st.integers(1, 12), st.data())
def test_pieces_put_together_are_the_documents_in_the_order_asked_for(documents, length, data):
    ids, tokens, offsets = flat(documents)
    places = st.lists(st.integers(0, len(documents) - 1), max_size=12) if documents else st.just([])
    order = np.array(data.draw(places), np.int64)
    rebuilt, sizes = [], []
    for row in rows(length, [(ids, tokens, offsets, order)]):
        assert row["starts"] == sorted(set(row["starts"])) and row["starts"][0] == 0
        assert row["tokens"][row["length"] :] == [PADDING] * (length - row["length"])
        ends = [*row["starts"][1:], row["length"]]
        for start, end, id, offset, size in zip(
            row["starts"], ends, row["ids"], row["offsets"], row["bytes"], strict=True
        ):
            if offset == 0:
                rebuilt.append((id, []))
                sizes.append(0)
            assert rebuilt[-1][0] == id and len(rebuilt[-1][1]) == offset
            rebuilt[-1][1].extend(row["tokens"][start:end])
            sizes[-1] += size
    assert rebuilt == [(int(ids[n]), [*documents[n], END]) for n in order]
    assert sizes == [sum(BYTES[token] for token in documents[n]) for n in order]


def test_only_the_last_row_is_padded_and_a_finished_packer_is_empty():
    packer = Packer(4, END, PADDING, BYTES)
    assert packer.add(*flat([[1, 2], [3, 4, 5]])).column("tokens").to_pylist() == [[1, 2, END, 3]]
    last = packer.finish()
    assert (last.column("tokens").to_pylist(), last.column("length").to_pylist()) == ([[4, 5, END, PADDING]], [3])
    assert packer.finish().num_rows == 0


def test_batches_keep_the_contract():
    packer = Packer(4, END, PADDING, BYTES)
    for batch in (packer.add(*flat([[1, 2], [3, 4, 5]])), packer.finish(), packer.finish()):
        batch.validate(full=True)
        assert check(batch.schema, contract(4)) == []


def test_bytes_of_pieces_add_up_to_the_text(cl100k_tokenizer):
    texts = ["naïve 漢字 and 👩‍👩‍👧", "", "plain text " * 50]
    tokens, offsets = cl100k_tokenizer.encode(pa.array(texts))
    packer = Packer(7, cl100k_tokenizer.end_of_text, cl100k_tokenizer.padding, cl100k_tokenizer.token_bytes)
    table = pa.Table.from_batches([packer.add(np.arange(3), tokens, offsets), packer.finish()])
    total = {n: 0 for n in range(3)}
    for row in table.to_pylist():
        for id, size in zip(row["ids"], row["bytes"], strict=True):
            total[id] += size
    assert list(total.values()) == [len(text.encode()) for text in texts]


def test_read_only_arrays_are_packed_and_foreign_ids_refused():
    ids, tokens, offsets = flat([[1, 2], [3]])
    for array in (ids, tokens, offsets):
        array.flags.writeable = False
    assert len(rows(2, [(ids, tokens, offsets)])) == 3
    with pytest.raises(ValueError, match="vocabulary of 22"):
        rows(2, [flat([[22]])])
    with pytest.raises(ValueError, match="documents 0 to 2 of 2"):
        rows(2, [(ids, tokens, offsets, np.array([0, 2]))])
