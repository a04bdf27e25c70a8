import pytest

from curate.recipe.names import did_you_mean, nearest

SIGNALS = ["gopher.words", "gopher.stop_words", "adult.dirty_words"]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("gopher.wrods", "gopher.words"),
        ("words", "gopher.words"),
        ("GOPHER.WORDS", "gopher.words"),
        ("xyz", None),
        ("", None),
    ],
)
def test_the_nearest_name_is_one_a_reader_would_think_of(wrong, right):
    assert nearest(wrong, SIGNALS) == right


def test_the_order_of_the_names_changes_nothing():
    assert nearest("ac", ["ab", "aa"]) == nearest("ac", ["aa", "ab"])


def test_nothing_is_suggested_where_nothing_is_near():
    assert did_you_mean("zzz", SIGNALS) == ""
    assert did_you_mean(5, SIGNALS) == ""
