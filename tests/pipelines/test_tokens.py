"""Token histograms by language against counting one by one."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from pipelines.phases.clean import HISTOGRAM
from pipelines.tokens import Histograms
from tests.oracles import divergence as oracle

SIZE = 40
DOCUMENTS = st.lists(
    st.tuples(st.lists(st.integers(0, SIZE - 1), max_size=30), st.sampled_from(["en", "de", "und", "zh"])), max_size=12
)


def counted(batches):
    """The histograms of batches of (tokens, language); ids lie within a larger read-only array, as a slice does."""
    histograms = Histograms(SIZE)
    for batch in batches:
        flat = np.array([7, *(token for tokens, _ in batch for token in tokens), 7], np.int32)
        flat.flags.writeable = False
        offsets = np.cumsum([0, *(len(tokens) for tokens, _ in batch)]).astype(np.int64)
        histograms.add(pa.array([language for _, language in batch], pa.string()), flat[1:-1], offsets)
    return histograms


@given(DOCUMENTS)
def test_tokens_are_counted_by_language_as_one_by_one(batch):
    expected = oracle.by_language([tokens for tokens, _ in batch], [language for _, language in batch])
    histograms = counted([batch])
    rows = [(r["language"], r["token"], r["count"]) for r in histograms.table(HISTOGRAM).to_pylist()]
    assert rows == [(name, *item) for name, of in sorted(expected.items()) for item in sorted(of.items())]
    assert histograms.languages() == {name: of.total() for name, of in sorted(expected.items())}


@given(st.lists(DOCUMENTS, max_size=3))
def test_batches_do_not_show(batches):
    whole = [document for batch in batches for document in batch]
    assert counted(batches).table(HISTOGRAM).equals(counted([whole]).table(HISTOGRAM))
