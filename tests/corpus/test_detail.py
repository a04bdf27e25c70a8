import pyarrow as pa
import pyarrow.dataset as ds
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.corpus import detail

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


def matching(rows, condition):
    table = pa.table({"detail": pa.array([detail.write(*row) for row in rows], pa.string())})
    return [detail.read(text) for text in ds.dataset(table).to_table(filter=condition)["detail"].to_pylist()]


@given(TEXTS, st.integers(0), st.none() | TEXTS, st.none() | TEXTS)
def test_what_is_written_is_read_back(path, offset, url, why):
    assert detail.read(detail.write(path, offset, url, why)) == detail.Detail(path, offset, url, why)


@given(st.lists(st.tuples(TEXTS, st.integers(0, 9), TEXTS), min_size=1, max_size=4))
def test_a_record_is_found_by_its_url_and_by_its_path_and_no_other_is(rows):
    path, _, url = rows[0]
    assert [found.url for found in matching(rows, detail.has_url(url))] == [r[2] for r in rows if r[2] == url]
    found = [found.path for found in matching(rows, detail.has_path(path))]
    assert found == [r[0] for r in rows if r[0] == path or r[0].endswith("/" + path)]


def test_a_hostile_url_does_not_pass_for_a_path():
    rows = [("a.warc", 0, 'x/b.warc","offset":0,"url":"https://c/","why":')]
    assert matching(rows, detail.has_path("b.warc")) == [] and matching(rows, detail.has_url("https://c/")) == []


@pytest.mark.parametrize("other", [None, "", "books/a.txt", "broken_json", "{", "{}"])
def test_another_detail_is_none_of_these(other):
    assert detail.read(other) is None
