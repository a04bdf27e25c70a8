from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from curate.dedup.keepers import LAST, ascending, keep, order_keys
from curate.recipe.keep import KeepSignal
from tests.oracles import near_duplicates as oracle


@st.composite
def graphs(draw):
    """(order keys by id, edges with similarity): ids far apart, many equal keys."""
    ids = draw(st.lists(st.integers(0, 2**62), unique=True, min_size=2, max_size=14))
    order = {id: (draw(st.integers(-1, 1)), draw(st.integers(0, 2))) for id in ids}
    ends = st.tuples(st.sampled_from(ids), st.sampled_from(ids)).filter(lambda pair: pair[0] < pair[1])
    return order, draw(st.dictionaries(ends, st.sampled_from([0.75, 0.8, 1.0]), max_size=30))


def fates(order, edges) -> dict[int, tuple[int, float]]:
    rows = list(edges.items()) if isinstance(edges, dict) else edges
    a, b = (np.array([pair[end] for pair, _ in rows], np.int64) for end in (0, 1))
    keys = [np.array([order[id] for id in ids.tolist()], np.int64).reshape(len(rows), 2) for ids in (a, b)]
    removed, keepers, similarity = keep(a, b, np.array([value for _, value in rows]), *keys)
    assert removed.tolist() == sorted(removed.tolist())
    return dict(zip(removed.tolist(), zip(keepers.tolist(), similarity.tolist(), strict=True), strict=True))


@given(graphs())
def test_the_kept_set_is_the_first_in_order_and_each_removed_has_its_best_kept_neighbour(graph) -> None:
    assert fates(*graph) == oracle.kept_set(*graph)


@given(graphs())
def test_no_two_kept_are_near_and_each_removed_is_near_its_kept_keeper(graph) -> None:
    order, edges = graph
    found = fates(order, edges)
    assert all(a in found or b in found for a, b in edges)
    for removed, (keeper, similarity) in found.items():
        assert keeper not in found
        assert edges[min(removed, keeper), max(removed, keeper)] == similarity


@given(graphs(), st.randoms(use_true_random=False))
def test_neither_the_order_of_edges_nor_of_their_ends_nor_repeats_matter(graph, random) -> None:
    order, edges = graph
    rows = [(random.sample(pair, 2), value) for pair, value in [*edges.items(), *edges.items()]]
    lower = [(pair, 0.1) for pair in edges]
    assert fates(order, random.sample(rows + lower, len(rows + lower))) == fates(order, edges)


def test_a_chain_keeps_every_other_document_and_loses_none_by_transitivity() -> None:
    order = dict.fromkeys(range(5), (0, 0))
    edges = {(at, at + 1): 0.8 for at in range(4)}
    assert fates(order, edges) == {1: (0, 0.8), 3: (2, 0.8)}


def test_the_policy_orders_and_documents_without_a_date_come_last() -> None:
    dates = [datetime(2020, 1, 1, tzinfo=UTC), None, datetime(2024, 1, 1, tzinfo=UTC), datetime(1960, 1, 1, tzinfo=UTC)]
    columns = pa.table({"date": pa.array(dates, pa.timestamp("s", "UTC")), "chars": pa.array([5, 7, 5, 9])})
    assert np.argsort(order_keys(columns, ["newest"])[:, 0]).tolist() == [2, 0, 3, 1]
    assert np.argsort(order_keys(columns, ["oldest"])[:, 0]).tolist() == [3, 0, 2, 1]
    trusted = order_keys(columns.to_batches()[0], ["trust", "longest"], np.array([0, 0, 2, 1]))
    assert np.lexsort(trusted.T[::-1]).tolist() == [2, 3, 1, 0]
    assert order_keys(columns, []).shape == (4, 0)


def test_a_signal_orders_by_more_or_less_and_what_has_no_value_comes_last() -> None:
    values = pa.array([3.0, None, -2.0, float("nan"), 7.0], pa.float32())
    columns = pa.table({"gopher.words": values, "chars": [1, 5, 1, 9, 1]})
    most = order_keys(columns, [KeepSignal(signal="gopher.words"), "longest"])
    assert np.lexsort(most.T[::-1]).tolist() == [4, 0, 2, 3, 1]
    least = order_keys(columns, [KeepSignal(signal="gopher.words", prefer="lowest"), "longest"])
    assert np.lexsort(least.T[::-1]).tolist() == [2, 0, 4, 3, 1]


@given(st.lists(st.floats(width=64) | st.sampled_from([0.0, -0.0, 5e-324, -5e-324]), max_size=20))
def test_keys_of_floats_are_in_the_order_of_the_floats_with_nan_last(values: list[float]) -> None:
    keys = ascending(np.array(values)).tolist()
    numbers = [(key, value) for key, value in zip(keys, values, strict=True) if value == value]
    assert all((a < b, a == b) == (x < y, x == y) for a, x in numbers for b, y in numbers)
    assert all(key == LAST for key, value in zip(keys, values, strict=True) if value != value)
    assert all(key < LAST for key, _ in numbers)
