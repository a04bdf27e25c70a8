"""One place may have all pairs of a hot band: they are sent and compared a part at a time, to the same bytes."""

import numpy as np
import pytest

from curate.recipe import Recipe
from pipelines import shuffle, spill
from pipelines.context import Context
from pipelines.near import estimates, layout
from pipelines.runners import Engine
from schemas import make_ids, places_of

RECIPE = Recipe(name="some", near_duplicates={"bands": 2, "rows": 2, "keep": ["longest"]})
PLACE, PLACES, ROWS = 9, 7, 30


@pytest.fixture
def context(tmp_path, monkeypatch):
    """The best of PLACE is paired with all documents of the places before it, some of them twice."""
    context = Context(str(tmp_path), RECIPE, (("near_duplicates", "k"),), "near_duplicates", step="pairs")
    draw = np.random.default_rng(3)
    pairs = np.empty(PLACES * ROWS, layout.PAIR)
    pairs["a"] = np.concatenate([make_ids(place, np.arange(ROWS)) for place in range(PLACES)])
    pairs["b"] = make_ids(PLACE, draw.integers(0, 3, len(pairs)))
    for number in range(3):
        some = draw.permutation(pairs)[:150]
        spill._write(context, "reduce", number, [(PLACE, part.tobytes()) for part in np.array_split(some, 4)])
    spill._stage(context, Engine(), "reduce", [(n, 0) for n in range(3)], "none:none")
    shuffle.put_text('{"spilled": true}', shuffle._marker(context, "pairs"))
    monkeypatch.setattr(layout, "vertices", vertices)
    return context


def vertices(context, place):
    ids = make_ids(place, np.arange(ROWS))
    sketches = np.random.default_rng(place).integers(0, 3, (ROWS, 4), np.uint32)
    return layout.Vertices(ids, sketches, (ids % 7)[:, None])


def test_blocks_are_the_same_however_few_pairs_are_read_at_once(context, monkeypatch):
    expected = list(estimates.emit(context, PLACE, []))
    assert {to for to, _ in expected} == set(range(PLACES))
    monkeypatch.setattr(shuffle, "PIECE_BYTES", 500)
    for most in (1, 70, 449):
        monkeypatch.setattr(estimates, "AT_ONCE", most)
        parts = list(estimates._parts(context, PLACE))
        assert len(parts) > 1 and all(len(p) <= most or len(np.unique(places_of(p["a"]))) == 1 for p in parts)
        assert list(estimates.emit(context, PLACE, [])) == expected


def test_a_block_is_compared_before_the_next_is_read(context, monkeypatch):
    monkeypatch.setattr(estimates, "BLOCK", 1)
    blocks = [block for to, block in estimates.emit(context, PLACE, []) if to == 2]
    together = [edges for _, edges in estimates.reduce(context, 2, blocks)]
    left = iter(blocks)
    found = estimates.reduce(context, 2, left)
    assert len(blocks) == 3 and next(found)[1] == together[0] and len(list(left)) == 2
    edges = np.frombuffer(b"".join(together), layout.edge(RECIPE))
    assert len(edges) and edges["keys_a"].tolist() == (edges["a"] % 7)[:, None].tolist()
    own, other = vertices(context, 2), vertices(context, PLACE)
    equal = own.sketches[own.at(edges["a"])] == other.sketches[other.at(edges["b"])]
    assert np.allclose(edges["similarity"], equal.mean(axis=1))


def test_a_place_without_pairs_sends_nothing(context):
    assert list(estimates.emit(context, 4, [])) == []
