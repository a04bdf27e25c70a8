"""A partition of bands is compared in pieces: whatever their size, the same pairs and the same hot bands."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from curate.dedup.bands import candidates
from curate.recipe import Recipe
from pipelines.context import Context
from pipelines.near import layout, pairs

RECIPE = Recipe(name="some", near_duplicates={"window": 4, "hot_band": 3, "keep": ["longest"]})
MEMBERS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 30)), unique=True, min_size=1, max_size=50)


@given(MEMBERS, st.integers(1, 60), st.integers(1, 3))
def test_pieces_of_any_size_have_the_same_pairs_and_hot_bands(members, most, values):
    records = np.zeros(len(members), layout.band(RECIPE))
    records["band"], records["id"] = np.array(members).T
    records["order"], records["keys"] = records["id"] * 7 % 5, (records["id"] % 3)[:, None]
    parts = [part.tobytes() for part in np.array_split(records, values)]
    limit, pairs.MOST_PAIRS = pairs.MOST_PAIRS, most
    try:
        found = list(pairs._found(Context("", RECIPE), parts))
    finally:
        pairs.MOST_PAIRS = limit
    columns = [records[name] for name in ("band", "id", "order", "keys")]
    expected, hot = candidates(*columns, 4, 3)
    assert {tuple(p) for some, _ in found for p in some.tolist()} == {tuple(p) for p in expected.tolist()}
    assert sorted(group for _, groups in found for group in groups) == sorted(hot)
