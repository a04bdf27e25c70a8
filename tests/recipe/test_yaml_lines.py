import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curate.recipe.errors import RecipeError
from curate.recipe.yaml_lines import dump, parse

plain = st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.floats(allow_nan=False, allow_infinity=False)
printable = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
tricky = st.sampled_from(
    ["1e5", "010", "1_000", "no", "2023-12-31", "15T", ".5", "5.", "~", "", "null", "+1", "1e-3", "0x1F"]
)
keys = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8) | tricky.filter(bool)
values = st.recursive(
    plain | printable | tricky,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150)
@given(st.dictionaries(keys, values, max_size=4))
def test_what_is_dumped_is_read_back_equal(tree):
    assert parse(dump(tree), "x")[0] == tree


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("15e12", 15e12),
        ("1_000", 1000),
        ("010", 10),
        ("15T", "15T"),
        ("no", "no"),
        ("on", "on"),
        ("2023-12-31", "2023-12-31"),
        ("12:30", "12:30"),
        ("0x10", "0x10"),
        (".nan", ".nan"),
        ("'15'", "15"),
        ("true", True),
        ("~", None),
        ("", None),
        ("-0.5", -0.5),
    ],
)
def test_a_scalar_means_what_it_looks_like(written, meant):
    read = parse(f"a: {written}", "x")[0]["a"]
    assert read == meant and type(read) is type(meant)


def test_every_key_and_item_has_its_line():
    lines = parse("name: x\nrules:\n  - signal: a\n    min: 1\n  - {signal: b}\n", "x")[1]
    assert lines["rules",] == 2
    assert lines["rules", 0, "min"] == 4
    assert lines["rules", 1, "signal"] == 5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\nb: 2\na: 3", "x:3: 'a' is there twice (first on line 1)"),
        ("a:\n\t- b", "x:2: not YAML: a tab; YAML is indented with spaces"),
        ("- a", "x:1: a recipe is a mapping"),
        ("", "x:1: a recipe is a mapping"),
        ("a: [1,", "x:1: not YAML"),
        ("a: &b [*b]", "never end"),
        ("a: *b", "x:1: not YAML"),
        ("? [a, b]\n: 1", "x:1: a key must be a word"),
        ("a: \x00", "x: not YAML"),
        ("a: 1\n---\nb: 2", "x:2: not YAML"),
    ],
)
def test_what_is_no_mapping_is_refused_with_its_line(text, said):
    with pytest.raises(RecipeError) as error:
        parse(text, "x")
    assert said in str(error.value)


def test_aliases_that_multiply_are_refused():
    text = "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 9))
    with pytest.raises(RecipeError, match="never end"):
        parse(text, "x")


def test_an_alias_may_be_used_again():
    assert parse("a: &l [x, y]\nb: *l", "x")[0] == {"a": ["x", "y"], "b": ["x", "y"]}
