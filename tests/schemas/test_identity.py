"""The two names of a document: ids that sort by place, uids that are the same everywhere."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import corpora_of, make_ids, places_of, rows_of, shards_of, uid

UID_OF_FIRST_RECORD = 0xF6D462C6990AEB00
SHARDS, ROWS, CORPORA = st.integers(0, 2**23 - 1), st.integers(0, 2**32 - 1), st.integers(0, 127)


@given(SHARDS, st.lists(ROWS), CORPORA)
def test_corpus_shard_and_row_come_back_from_an_id_that_is_never_negative(shard, rows, corpus):
    ids = make_ids(shard, rows, corpus)
    assert (ids >= 0).all()
    assert rows_of(ids).tolist() == rows
    assert shards_of(ids).tolist() == [shard] * len(rows)
    assert corpora_of(ids).tolist() == [corpus] * len(rows)
    assert places_of(ids).tolist() == [corpus * 2**23 + shard] * len(rows)


@given(st.tuples(CORPORA, SHARDS, ROWS), st.tuples(CORPORA, SHARDS, ROWS))
def test_ids_sort_by_corpus_then_shard_then_row(a, b):
    first, second = (int(make_ids(shard, [row], corpus)[0]) for corpus, shard, row in (a, b))
    assert (first < second) == (a < b)


@pytest.mark.parametrize(("shard", "corpus"), [(2**23, 0), (-1, 0), (0, 128), (0, -1)])
def test_what_does_not_fit_an_id_is_refused(shard, corpus):
    with pytest.raises(ValueError, match="does not fit"):
        make_ids(shard, np.arange(3), corpus)


def test_a_uid_never_changes_between_releases():
    assert uid("crawl/a.warc.gz", 0) == UID_OF_FIRST_RECORD
    assert uid("", 0) != uid("0", 0) != uid("", 10)


@given(st.text(), st.integers(0, 2**40), st.integers(0, 2**40))
def test_two_records_of_a_file_have_two_uids(path, a, b):
    assert (uid(path, a) == uid(path, b)) == (a == b)


def test_a_path_that_is_no_utf8_has_a_uid_too():
    assert 0 <= uid(b"caf\xe9.txt".decode("utf-8", "surrogateescape"), 0) < 2**64
