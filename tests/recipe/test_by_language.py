"""Thresholds by language: one line of a recipe, read as the rules that it stands for."""

import pytest

from curate.recipe import Recipe, RecipeError, load
from curate.recipe.reading import resolved


def rules(**stated) -> list[tuple]:
    recipe = Recipe(name="x", rules=[{"signal": "gopher.words", **stated}])
    return [(rule.min, rule.max, rule.languages, rule.except_languages) for rule in recipe.rules]


def test_languages_with_bounds_of_their_own_are_left_out_of_the_rule():
    assert rules(min=50, max=900, by_language={"zh": {"min": 40}, "ja": {"min": 40}, "th": {"max": 90}}) == [
        (50, 900, None, ["zh", "ja", "th"]),
        (40, 900, ["zh", "ja"], []),
        (50, 90, ["th"], []),
    ]
    assert rules(min=50, languages=["en", "de"], by_language={"de": {"min": 0}}) == [
        (50, None, ["en"], []),
        (0, None, ["de"], []),
    ]
    assert rules(by_language={"de": {"min": 3}}) == [(3, None, ["de"], [])]
    assert rules(min=3, languages=["de"], by_language={"de": {"min": 4}}) == [(4, None, ["de"], [])]


def test_what_it_says_besides_holds_for_all_of_them():
    stated = {"unless": {"signal": "code.score", "min": 0.25}, "groups": "all", "source": "ours"}
    recipe = Recipe(name="x", rules=[{"signal": "gopher.words", "min": 5, **stated, "by_language": {"no": {"min": 2}}}])
    assert [(rule.unless, rule.groups, rule.source) for rule in recipe.rules] == [
        (recipe.rules[0].unless, None, "ours")
    ] * 2
    assert [rule.name for rule in recipe.rules] == ["gopher.words < 5", "gopher.words < 2"]


def test_a_resolved_recipe_reads_back_as_the_same_rules(tmp_path):
    (tmp_path / "a.txt").write_text("x")
    path = tmp_path / "r.yaml"
    rule = "{signal: gopher.words, min: 5, by_language: {no: {min: 2}}}"
    path.write_text(f"sources: [{{paths: [a.txt]}}]\nrules:\n  - {rule}\n")
    recipe = load(path)
    assert [rule.languages for rule in recipe.rules] == [None, ["no"]]
    assert resolved(recipe.to_yaml(), "recipe.yaml") == recipe


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{signal: gopher.words, min: 5, by_language: {zh: {}}}", "to spare a language, put it into except_languages"),
        ("{signal: gopher.words, min: 5, by_language: {zho: {min: 2}}}", "'zho' is no language of lid.176"),
        ("{signal: chars, min: 5, languages: [en], by_language: {de: {min: 2}}}", "which the rule does not concern"),
        ("{signal: gopher.words, min: 5, max: 9, by_language: {de: {min: 20}}}", "min 20 is above max 9"),
    ],
)
def test_what_means_nothing_is_refused(tmp_path, line, said):
    (tmp_path / "r.yaml").write_text(f"rules:\n  - {line}\n")
    with pytest.raises(RecipeError, match=said):
        load(tmp_path / "r.yaml")


def test_an_error_behind_such_a_line_points_at_its_own(tmp_path):
    first = "  - {signal: gopher.words, min: 5, by_language: {zh: {min: 2}}}\n"
    (tmp_path / "r.yaml").write_text(f"rules:\n{first}  - {{signal: gopher.wordz, min: 5}}\n")
    with pytest.raises(RecipeError, match=r"r.yaml:3: rules\[1\].signal: 'gopher.wordz' is no signal"):
        load(tmp_path / "r.yaml")
