import datetime
import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.recipe import Rule
from curate.rules import apply, explain, why_spared

GROUPS, LANGUAGES = ["web", "books", None], ["en", "no", "zh", None]
numbers = st.none() | st.sampled_from([0.0, 0.5, 0.65, 1.0, 2.0, math.nan])


@st.composite
def rules(draw):
    low, high = sorted(draw(st.tuples(*[st.sampled_from([0, 0.5, 0.65, 1, 2])] * 2)))
    sides = draw(st.sampled_from([{"min": low}, {"max": high}, {"min": low, "max": high}]))
    scope = draw(st.sampled_from([{}, {"languages": ["en", "no"]}, {"except_languages": ["zh"]}]))
    groups = draw(st.sampled_from(["all", ["web"], ["books", "web"]]))
    unless = draw(st.lists(st.sampled_from([{"signal": "c.d", "min": 1}, {"signal": "a.b", "min": 0.65}]), max_size=2))
    return Rule(signal=draw(st.sampled_from(["a.b", "c.d"])), groups=groups, unless=unless, **sides, **scope)


row = st.fixed_dictionaries(
    {"group": st.sampled_from(GROUPS), "language": st.sampled_from(LANGUAGES), "a.b": numbers, "c.d": numbers}
)
SCHEMA = pa.schema([("group", pa.string()), ("language", pa.string()), ("a.b", pa.float32()), ("c.d", pa.float64())])


def first_failing(rules, row):
    """The definition: in the order of the recipe, the first bound that a document in scope breaks."""
    for i, rule in enumerate(rules):
        in_scope = (
            (rule.groups is None or row["group"] in rule.groups)
            and (rule.languages is None or row["language"] in rule.languages)
            and row["language"] not in rule.except_languages
        )
        exempt = any(is_number(row[u.signal]) and row[u.signal] >= u.min for u in rule.unless)
        value = row[rule.signal]
        if not in_scope or exempt or not is_number(value):
            continue
        if rule.min is not None and value < rule.min:
            return i, -1
        if rule.max is not None and value > rule.max:
            return i, 1
    return -1, 0


def is_number(value):
    return value is not None and not math.isnan(value)


@given(st.lists(rules(), max_size=4), st.lists(row, max_size=6))
def test_verdicts_are_those_of_the_definition(rules, rows):
    table = pa.Table.from_pylist(rows, SCHEMA)
    verdicts = apply(rules, table)
    expected = [first_failing(rules, row) for row in rows]
    assert list(zip(verdicts.rule_index.tolist(), verdicts.bound.tolist(), strict=True)) == expected
    assert verdicts.names(rules).tolist() == [rules[i].name_of(b) if i >= 0 else None for i, b in expected]


@given(st.lists(rules(), min_size=1, max_size=3), row)
def test_what_is_explained_is_what_was_decided(rules, row):
    table = pa.Table.from_pylist([row], SCHEMA)
    told = explain(rules, table.to_pylist()[0])
    failed = [name for name, _, _, passed in told if passed is False]
    assert failed[:1] == [name for name in apply(rules, table).names(rules) if name]


@given(st.lists(rules(), min_size=1, max_size=3), st.lists(row, max_size=6), st.integers(0, 6))
def test_where_a_batch_is_cut_changes_nothing(rules, rows, cut):
    table = pa.Table.from_pylist(rows, SCHEMA)
    whole = apply(rules, table)
    parts = [apply(rules, batch) for part in (table[:cut], table[cut:]) for batch in part.to_batches()]
    assert whole.rule_index.tolist() == [i for part in parts for i in part.rule_index]


def table(**columns):
    n = len(next(iter(columns.values())))
    return pa.table({"group": ["web"] * n, "language": ["en"] * n, **columns})


def test_the_first_rule_of_the_recipe_decides_and_is_on_record():
    rules = [Rule(signal="chars", min=10), Rule(signal="chars", min=100)]
    verdicts = apply(rules, table(chars=[5, 50, 500]))
    assert verdicts.rule_index.tolist() == [0, 1, -1] and verdicts.rule_index.dtype == np.int32
    assert verdicts.value.tolist()[:2] == [5, 50] and verdicts.threshold.tolist()[:2] == [10, 100]
    assert math.isnan(verdicts.value[2]) and math.isnan(verdicts.threshold[2])


def test_a_bound_itself_passes_however_the_signal_is_stored():
    for type in (pa.float32(), pa.float64()):
        scores = table(language_score=pa.array([0.65, 0.649, 0.651], type))
        assert apply([Rule(signal="language_score", min=0.65)], scores).rule_index.tolist() == [-1, 0, -1]
        assert apply([Rule(signal="language_score", max=0.65)], scores).rule_index.tolist() == [-1, -1, 0]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_a_day_is_kept_to_its_last_second_whatever_the_clock(unit):
    times = ["2023-12-31T00:00:00", "2023-12-31T23:59:59", "2024-01-01T00:00:00", "1969-12-31T23:59:59"]
    dates = pa.array([datetime.datetime.fromisoformat(t + "+00:00") for t in times], pa.timestamp(unit, "UTC"))
    late, early = Rule(signal="date", max="2023-12-31"), Rule(signal="date", min="2023-12-31")
    assert apply([late], table(date=dates)).rule_index.tolist() == [-1, -1, 0, -1]
    assert apply([early], table(date=dates)).rule_index.tolist() == [-1, -1, -1, 0]
    told = explain([late], table(date=dates).to_pylist()[2])
    assert told[0][0] == "date > 2023-12-31" and told[0][3] is False


def test_chunked_sliced_and_dictionary_columns_are_one():
    whole = table(chars=[5, 50, 5, 50])
    whole = whole.set_column(0, "group", whole["group"].combine_chunks().dictionary_encode())
    pieces = pa.concat_tables([whole[:1], whole[1:3], whole[3:]])[1:]
    assert apply([Rule(signal="chars", min=10)], pieces).rule_index.tolist() == [-1, 0, -1]


def test_no_rule_and_no_row_are_no_trouble():
    assert apply([], table(chars=[5])).rule_index.tolist() == [-1]
    nothing = table(chars=pa.array([], pa.int64()))
    assert apply([Rule(signal="chars", min=1)], nothing).names([Rule(signal="chars", min=1)]).tolist() == []


def test_a_row_without_the_signal_is_explained_as_not_judged():
    assert explain([Rule(signal="gopher.words", min=50)], {"group": "web", "language": "en"}) == [
        ("gopher.words < 50", None, 50.0, None)
    ]


def test_a_column_that_is_absent_is_named():
    with pytest.raises(KeyError, match="group"):
        apply([Rule(signal="chars", min=1)], pa.table({"chars": [1]}))


def test_a_rule_that_does_not_apply_says_why():
    made = [
        Rule(signal="gopher.words", min=50, groups=["web"]),
        Rule(signal="gopher.words", max=90, groups=None, languages=["en"]),
        Rule(signal="chars", min=5, groups=None, unless=[{"signal": "code.score", "min": 0.5}]),
        Rule(signal="chars", min=9, groups=None),
    ]
    row = {"group": "books", "language": "de", "gopher.words": 10, "chars": 7, "code.score": 0.5}
    assert why_spared(made, row) == {
        "gopher.words < 50": "not for books",
        "gopher.words > 90": "not in de",
        "chars < 5": "code.score 0.5",
    }
