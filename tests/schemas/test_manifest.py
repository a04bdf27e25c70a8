"""Books that balance, and manifests that come back as they went."""

from dataclasses import fields

from hypothesis import given
from hypothesis import strategies as st

from schemas import Counts, Manifest, Output

NUMBERS = st.integers(0, 2**62)
COUNTS = st.builds(Counts, **{field.name: NUMBERS for field in fields(Counts)})


@given(kept=st.tuples(NUMBERS, NUMBERS, NUMBERS), removed=st.tuples(NUMBERS, NUMBERS, NUMBERS))
def test_books_balance_exactly_when_in_is_kept_plus_removed(kept, removed):
    units = ("documents", "chars", "tokens")
    counts = Counts()
    for unit, k, r in zip(units, kept, removed, strict=True):
        setattr(counts, f"{unit}_in", k + r)
        setattr(counts, f"{unit}_kept", k)
        setattr(counts, f"{unit}_removed", r)
    assert counts.unbalanced() == []
    for unit in units:
        setattr(counts, f"{unit}_in", getattr(counts, f"{unit}_in") + 1)
        assert counts.unbalanced()[-1].startswith(unit)


@given(COUNTS, COUNTS)
def test_counts_add_field_by_field(a, b):
    total = a + b
    assert all(getattr(total, f.name) == getattr(a, f.name) + getattr(b, f.name) for f in fields(Counts))


@given(
    COUNTS,
    st.dictionaries(st.text(), st.recursive(st.integers() | st.text(), st.lists)),
    st.lists(st.builds(Output, path=st.text(), rows=NUMBERS, bytes=NUMBERS, sha256=st.text("0123456789abcdef"))),
)
def test_a_manifest_comes_back_from_json_as_it_went(counts, stats, outputs):
    manifest = Manifest("measure", 1, "3fa9c1", {"extract": "0b"}, outputs, counts, stats, {"seconds": 1})
    assert Manifest.from_json(manifest.to_json()) == manifest


def test_equal_manifests_give_equal_bytes_whatever_the_order_of_their_statistics():
    one = Manifest("filter", 1, "k", stats={"a": 1, "b": {"x": 1, "y": 2}})
    other = Manifest("filter", 1, "k", stats={"b": {"y": 2, "x": 1}, "a": 1})
    assert one.to_json() == other.to_json()
