"""The driver gathers vertices by merges whose cost follows their number, however many places they come from."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.errors import RunStopped
from curate.recipe import Recipe
from pipelines.context import Context
from pipelines.near import kept, layout

RECIPE = Recipe(name="some", near_duplicates={"keep": ["longest", "trust"]})
CONTEXT = Context("", RECIPE)
PLACES = st.lists(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=8), max_size=12)


def edges(pairs) -> np.ndarray:
    found = np.zeros(len(pairs), layout.edge(RECIPE))
    if len(pairs):
        found["a"], found["b"] = np.array(pairs).T
    for end in "ab":
        found[f"keys_{end}"] = found[end][:, None] * [3, -1]
    return found


@given(PLACES, st.integers(0, 30))
def test_vertices_are_all_ends_once_with_their_keys_whenever_they_are_merged(places, at):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kept, "MERGED_AT", at)
        patch.setattr(kept, "_edges", lambda *_: map(edges, places))
        ids, keys = kept._vertices(CONTEXT, [])
    assert ids.tolist() == sorted({end for pairs in places for pair in pairs for end in pair})
    assert keys.tolist() == [[3 * n, -n] for n in ids.tolist()]


@pytest.mark.parametrize("of_a_place", [lambda n: [], lambda n: [(2 * n, 2 * n + 1)]], ids=["empty", "small"])
def test_gathering_from_many_places_sorts_each_vertex_a_few_times(of_a_place, monkeypatch):
    sorted_, unique, places = [], np.unique, [of_a_place(n) for n in range(500)]
    monkeypatch.setattr(np, "unique", lambda ids, **options: sorted_.append(len(ids)) or unique(ids, **options))
    monkeypatch.setattr(kept, "_edges", lambda *_: iter([edges([(2000, 2001)]), *map(edges, places)]))
    monkeypatch.setattr(kept, "MERGED_AT", 16)
    ids, _ = kept._vertices(CONTEXT, [])
    assert len(sorted_) < 600 if places[0] else len(sorted_) < 5
    assert sum(sorted_) <= 6 * len(ids)


def test_more_vertices_than_ranks_stop_the_run_with_a_remedy(monkeypatch):
    monkeypatch.setattr(kept, "MOST_VERTICES", 3)
    monkeypatch.setattr(kept, "_edges", lambda *_: iter([edges([(1, 2), (3, 4)])]))
    with pytest.raises(RunStopped, match=r"near_duplicates: 4 documents .* holds 3 .*against"):
        kept._vertices(CONTEXT, [])
