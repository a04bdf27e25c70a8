import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from curate.dedup.agreement import agreement
from curate.dedup.sketches import similarity

SKETCHES = st.lists(st.lists(st.integers(0, 2), min_size=3, max_size=3), min_size=1, max_size=5)


@given(SKETCHES, SKETCHES, st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=9))
def test_agreement_of_numbered_sketches_is_their_similarity(a, b, pairs) -> None:
    a, b = np.array(a, np.uint32), np.array(b, np.uint32)
    at_a, at_b = (np.array([pair[end] for pair in pairs], np.int64) % len(kind) for end, kind in ((0, a), (1, b)))
    assert agreement(a, at_a, b, at_b).tolist() == similarity(a[at_a], b[at_b]).tolist()
