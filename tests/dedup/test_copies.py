import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from curate.dedup.copies import collapse, fates
from curate.dedup.keepers import keep
from tests.oracles import near_duplicates as oracle


@st.composite
def twins(draw):
    """Documents (id: sketch, order key) and the similarity of each pair of different sketches that is near."""
    ids = draw(st.lists(st.integers(0, 99), unique=True, min_size=1, max_size=12))
    sketches = {id: draw(st.integers(0, 4)) for id in ids}
    order = {id: (draw(st.integers(0, 2)),) for id in ids}
    pairs = st.tuples(st.integers(0, 4), st.integers(0, 4)).filter(lambda pair: pair[0] < pair[1])
    return sketches, order, draw(st.dictionaries(pairs, st.sampled_from([0.75, 0.9])))


@given(twins())
def test_one_vertex_for_all_copies_gives_the_fates_of_the_joint_graph(drawn) -> None:
    sketches, order, near = drawn
    joint = {}
    for a in sketches:
        for b in sketches:
            classes = tuple(sorted((sketches[a], sketches[b])))
            if a < b and (classes[0] == classes[1] or classes in near):
                joint[a, b] = near.get(classes, 1.0)
    assert by_class(sketches, order, joint) == oracle.kept_set(order, joint)


def by_class(sketches, order, edges) -> dict[int, tuple[int, float]]:
    ids, keys = np.array(list(sketches)), np.array(list(order.values()))
    names = np.array([[1, s] for s in sketches.values()], np.uint64)
    best = collapse(names, keys, ids)
    among = {(a, b): s for (a, b), s in edges.items() if {a, b} <= set(ids[best == ids].tolist())}
    a, b = (np.array([pair[end] for pair in among], np.int64) for end in (0, 1))
    ends = (np.array([order[id] for id in side.tolist()], np.int64).reshape(-1, 1) for side in (a, b))
    removed, keepers, similarity = fates(ids, best, *keep(a, b, np.array(list(among.values())), *ends))
    return dict(zip(removed.tolist(), zip(keepers.tolist(), similarity.tolist(), strict=True), strict=True))


def test_no_documents_have_no_copies() -> None:
    nothing = np.empty(0, np.int64)
    assert len(collapse(np.empty((0, 2), np.uint64), np.empty((0, 1), np.int64), nothing)) == 0
    assert [len(column) for column in fates(nothing, nothing, nothing, nothing, np.empty(0))] == [0, 0, 0]
