import datasketch
import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from curate.dedup.sketches import similarity, sketch_hashes, sketch_texts, sketches

SETS = st.lists(st.lists(st.integers(0, 2**32 - 1), max_size=40), min_size=1, max_size=4)


@given(SETS, st.sampled_from([1, 16, 112]), st.integers(0, 2**32 - 1))
def test_sketches_are_those_of_datasketch(sets: list[list[int]], values: int, seed: int) -> None:
    elements = np.array([e for s in sets for e in s], np.uint32)
    found = sketches(elements, np.cumsum([0, *map(len, sets)]), values, seed)
    for row, members in zip(found, sets, strict=True):
        expected = datasketch.MinHash(num_perm=values, seed=seed, hashfunc=lambda e: e)
        for element in members:
            expected.update(element)
        assert row.tolist() == expected.hashvalues.tolist()


def test_a_text_without_words_has_no_sketch() -> None:
    found, known = sketch_texts(pa.array(["one two", "", " — \n", None, "x"]), 5, 112, 1)
    assert found.shape == (5, 112)
    assert known.tolist() == [True, False, False, False, True]


def test_similarity_is_the_share_of_equal_values() -> None:
    a = np.array([[1, 2, 3, 4], [1, 2, 3, 4]], np.uint32)
    assert similarity(a, np.array([[1, 2, 3, 5], [4, 3, 2, 1]], np.uint32)).tolist() == [0.75, 0]


@given(st.lists(st.lists(st.integers(0, 2), min_size=3, max_size=3), min_size=1, max_size=30))
def test_names_are_equal_exactly_where_sketches_are(rows: list[list[int]]) -> None:
    names = [tuple(name) for name in sketch_hashes(np.array(rows, np.uint32)).tolist()]
    assert [rows.index(row) for row in rows] == [names.index(name) for name in names]
    assert len({half for name in names for half in name}) == 2 * len({tuple(row) for row in rows})
