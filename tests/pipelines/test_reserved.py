"""What a page reserves in its own words is respected once it is read."""

import pyarrow as pa

from pipelines.reserved import withheld
from schemas import DOCUMENTS


def _documents(rights, statuses):
    n = len(rights)
    plain = {
        "row": range(n), "uid": range(n), "record_offset": range(n), "status": statuses, "rights": rights,
        "language": ["en"] * n, "text": ["words" if s == "ok" else "" for s in statuses],
        "chars": [5 if s == "ok" else 0 for s in statuses],
    }  # fmt: skip
    known = {f.name: pa.array(list(plain[f.name]), f.type) for f in DOCUMENTS.schema if f.name in plain}
    columns = [known.get(f.name, pa.nulls(n, f.type)) for f in DOCUMENTS.schema]
    return pa.RecordBatch.from_arrays(columns, schema=DOCUMENTS.schema)


def test_a_reserved_document_keeps_its_row_and_nothing_of_its_text():
    batch = _documents([["noai", "tdm"], [], ["noindex"], ["tdm"]], ["ok", "ok", "ok", "empty"])
    made = withheld(batch, ["tdm", "noai"]).to_pylist()
    assert [row["status"] for row in made] == ["rights: noai tdm", "ok", "ok", "empty"]
    assert [(row["text"], row["chars"], row["language"]) for row in made[:2]] == [("", 0, "und"), ("words", 5, "en")]
    assert made[1:] == batch.to_pylist()[1:]


def test_where_nothing_is_respected_a_batch_is_what_it_was():
    batch = _documents([["noai"]], ["ok"])
    assert withheld(batch, []) is batch and withheld(batch, ["tdm"]) is batch
