import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from classifiers.annotate import written
from classifiers.annotate.journal import Said
from curate.errors import BooksDoNotBalance
from schemas.labels import LABELS
from tests.classifiers.annotate.judging import sample

SAID = [Said("1", "since", 5), Said(None, "the budget is spent"), Said("2", None, 7)]


def test_each_row_of_the_sample_is_judged_or_unjudged_with_all_its_columns(tmp_path):
    drawn = sample(3)
    judged, unjudged = written.tables(drawn, SAID, "m", "digest")
    written.write(judged, unjudged, 3, str(tmp_path))
    labels, rest = (pq.read_table(tmp_path / name) for name in ("labels.parquet", "unjudged.parquet"))
    assert labels.schema.equals(LABELS.schema)
    assert set(LABELS.schema.names) - set(rest.column_names) == {"answer", "tokens"}
    assert (
        pa.concat_tables([labels.select(drawn.column_names), rest.select(drawn.column_names)]).sort_by("uid") == drawn
    )
    assert rest["reason"].to_pylist() == ["the budget is spent"]


def test_a_document_that_is_in_neither_is_refused_before_anything_is_written(tmp_path):
    judged, unjudged = written.tables(sample(3), SAID, "m", "digest")
    with pytest.raises(BooksDoNotBalance, match="4 sampled, but 2 judged and 1 not"):
        written.write(judged, unjudged, 4, str(tmp_path))
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_made_anew_has_no_record_until_it_is_whole(tmp_path):
    written.record({"task": "a"}, str(tmp_path))
    written.begin(str(tmp_path))
    assert not (tmp_path / "annotation.json").exists()
