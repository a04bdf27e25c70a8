"""A run measures what tells a page's kind, and what its recipe names; nothing else is paid for."""

import pytest

from curate.recipe import Recipe
from curate.recipe.rules import CategoryRule, HostRule, Rule
from pipelines import families
from pipelines.phases import score, select


def recipe(**sections) -> Recipe:
    return Recipe(name="some", **sections)


def test_without_rules_six_families_are_measured():
    assert families.measured(recipe()) == ["adult", "code", "gopher", "math", "pii", "repetition"]


def test_a_family_that_any_rule_names_is_measured_too():
    rules = [Rule(signal="c4.sentences", min=3)]
    hosts = [HostRule(signal="ccnet.lines", drop_top_fraction=0.1)]
    spared = [Rule(signal="gopher.words", min=5, unless=[{"signal": "refinedweb.numeric_lines", "min": 1}])]
    named = families.measured(recipe(rules=rules, hosts=hosts, select=spared))
    assert {"c4", "ccnet", "refinedweb"} <= set(named) and "fineweb" not in named


@pytest.mark.parametrize("section", ["hosts", "frequent_lines", "repeated_lines", "line_rules", "divergence"])
def test_a_family_that_spares_pages_is_measured_too(section):
    more = {
        "hosts": {"signal": "gopher.words", "drop_top_fraction": 0.1},
        "line_rules": {"signal": "line.words", "min": 2},
    }
    settings = {**more.get(section, {}), "unless": {"signal": "ccnet.lines", "min": 5}}
    named = families.measured(recipe(**{section: [settings] if section in more else settings}))
    assert "ccnet" in named


def test_whom_divergence_spares_is_counted_again_and_how_many_go_is_not():
    def keys(**divergence):
        return [phase.settings(recipe(divergence=divergence)) for phase in (score, select)]

    usual = keys(drop_top_fraction=0.1)
    assert [a == b for a, b in zip(usual, keys(drop_top_fraction=0.2), strict=True)] == [True, False]
    assert [a == b for a, b in zip(usual, keys(drop_top_fraction=0.1, unless=[]), strict=True)] == [False, False]
    assert [a == b for a, b in zip(usual, keys(drop_top_fraction=0.1, groups="all"), strict=True)] == [False, False]


def test_a_family_that_says_which_near_duplicate_stays_is_measured_too():
    assert "ccnet" in families.measured(recipe(near_duplicates={"keep": ["trust", "ccnet.lines"]}))


def test_plugins_are_measured_by_the_stem_of_their_file():
    assert "mine" in families.measured(recipe(plugins=["folder/mine.py"]))


def test_only_what_select_and_categories_compare_is_measured_again():
    select = [Rule(signal="gopher.words", min=5), Rule(signal="chars", min=10)]
    categories = [CategoryRule(category="math", signal="math.score", min=0.5)]
    made = recipe(select=select, categories=categories, rules=[Rule(signal="c4.sentences", min=3)])
    assert families.measured_again(made) == ["gopher", "math"]
