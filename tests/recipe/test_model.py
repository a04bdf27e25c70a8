import pytest
from pydantic import ValidationError

from curate.recipe import CategoryRule, HostRule, Recipe, Rule, Source, load
from curate.recipe.sections import Divergence, FrequentLines, Mix, NearDuplicates, Pack, TokenizerSpec


def test_a_recipe_cannot_be_changed():
    with pytest.raises(ValidationError):
        load("default").name = "other"


def test_a_rule_is_named_by_what_was_wrong():
    rule = Rule(signal="gopher.words", min=50, max=100_000.0)
    assert rule.name_of(-1) == "gopher.words < 50"
    assert rule.name_of(1) == "gopher.words > 100000"
    assert rule.name == "gopher.words < 50 or > 100000"
    assert Rule(signal="gopher.words", min="50").name == "gopher.words < 50"
    assert Rule(signal="date", max="2023-12-31").name == "date > 2023-12-31"


def test_a_day_as_maximum_lasts_to_its_end():
    rule = Rule(signal="date", min="1970-01-02", max="1970-01-02")
    assert (rule.lower, rule.upper) == (86_400, 2 * 86_400 - 1)


def test_languages_may_come_as_other_yaml_readers_give_them():
    assert Rule(signal="chars", min=1, languages=[False]).languages == ["no"]


def test_one_exemption_need_not_be_a_list():
    assert len(Rule(signal="chars", min=1, unless={"signal": "code.score", "min": 0.5}).unless) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"min": 5, "max": 4},
        {"min": float("nan")},
        {"min": True},
        {"min": 1, "languages": ["en"], "except_languages": ["de"]},
        {"min": 1, "languages": []},
        {"min": 1, "languages": ["english"]},
        {"min": 1, "languages": "en"},
        {"min": 1, "groups": []},
        {"min": 1, "groups": ["My Group"]},
        {"min": "2023-12-31"},
        {"signal": "date", "max": 5},
        {"signal": "date", "min": "2023-12-31", "max": "2023-12-30"},
        {"min": 1, "unless": {"signal": "code.score"}},
        {"min": 1, "unless": {"signal": "code.score", "min": "2023-12-31"}},
        {"min": 1, "signal": " "},
    ],
)
def test_a_rule_that_means_nothing_is_refused(wrong):
    with pytest.raises(ValidationError):
        Rule(**{"signal": "gopher.words", **wrong})


@pytest.mark.parametrize(
    ("section", "wrong"),
    [
        (HostRule, {"signal": "pii.density", "drop_top_fraction": 1}),
        (HostRule, {"signal": "pii.density", "drop_top_fraction": 0}),
        (CategoryRule, {"category": "math"}),
        (CategoryRule, {"category": "math", "signal": "math.score"}),
        (CategoryRule, {"category": "math/..", "groups": ["code"]}),
        (Source, {"paths": []}),
        (Source, {"paths": ["x"], "weight": 0}),
        (Source, {"paths": ["x"], "weight": 1e10}),
        (Source, {"paths": ["x"], "trust": 10**30}),
        (Mix, {"seed": 10**30}),
        (Mix, {"tokens": 10**400}),
        (Mix, {"max_epochs": 10**30}),
        (NearDuplicates, {"window": 10**30}),
        (FrequentLines, {"min_chars": 10**30}),
        (Source, {"paths": ["x"], "sample": 1.5}),
        (Source, {"paths": ["x"], "fields": {"body": "x"}}),
        (Source, {"paths": ["x"], "kind": "warc", "fields": {"text": "x"}}),
        (NearDuplicates, {"compete": [["web"], ["code", "web"]]}),
        (NearDuplicates, {"compete": [[]]}),
        (NearDuplicates, {"keep": ["newest", "oldest"]}),
        (NearDuplicates, {"min_similarity": 75}),
        (Divergence, {"drop_top_fraction": -0.1}),
        (TokenizerSpec, {}),
        (TokenizerSpec, {"file": "a.json", "name": "cl100k"}),
        (TokenizerSpec, {"file": "a.model"}),
        (Mix, {"shares": {"general": 0.5, "math": 0.4}}),
        (Mix, {"shares": {"general": 1.5, "math": -0.5}}),
        (Mix, {"shares": {}}),
        (Mix, {"shares": "even"}),
        (Mix, {"max_epochs": 0.5}),
        (Mix, {"tokens": -5}),
        (Pack, {"lengths": [8192, 8192]}),
        (Pack, {"lengths": [1]}),
        (Pack, {"lengths": []}),
    ],
)
def test_a_setting_that_means_nothing_is_refused(section, wrong):
    with pytest.raises(ValidationError):
        section(**wrong)


def test_shares_may_miss_one_by_rounding_only():
    assert Mix(shares={"a": 1 / 3, "b": 1 / 3, "c": 0.333333}).shares["c"] == 0.333333
    with pytest.raises(ValidationError, match=r"sum to 0.99999, not 1"):
        Mix(shares={"a": 0.5, "b": 0.49999})


SOURCES = [{"paths": ["a"], "label": "a"}, {"paths": ["b"], "label": "b"}]


def recipe(**sections):
    return Recipe.model_validate({"name": "x", "sources": SOURCES, **sections})


def test_a_weight_changes_only_the_part_that_mix_reads():
    heavy = recipe(sources=[SOURCES[0], {**SOURCES[1], "weight": 2}])
    changed = [part for part in ("reading", "weight", "trust") if differs(f"sources.{part}", heavy)]
    assert changed == ["weight"]
    trusted = recipe(sources=[SOURCES[0], {**SOURCES[1], "trust": 1}])
    assert [part for part in ("reading", "weight", "trust") if differs(f"sources.{part}", trusted)] == ["trust"]
    moved = recipe(sources=[SOURCES[0], {**SOURCES[1], "group": "books"}])
    assert [part for part in ("reading", "weight", "trust") if differs(f"sources.{part}", moved)] == ["reading"]


def differs(section, other):
    return recipe().section_json(section) != other.section_json(section)


def test_equal_meaning_has_equal_json():
    rules = [{"signal": "chars", "min": 50, "source": "a paper"}], [{"min": 5e1, "signal": "chars", "groups": ["web"]}]
    assert recipe(rules=rules[0]).section_json("rules") == recipe(rules=rules[1]).section_json("rules")
    assert recipe(mix={"tokens": "15T"}).section_json("mix") == recipe(mix={"tokens": 15e12}).section_json("mix")


def test_every_section_has_canonical_json():
    for section in Recipe.model_fields:
        assert load("default").section_json(section) == load("default").section_json(section)
    assert load("default").section_json("shards") == '{"target":64000000}'
    for wrong in ("rule", "rules.weight", "sources.group", "name.x"):
        with pytest.raises(KeyError):
            recipe().section_json(wrong)


@pytest.mark.parametrize(
    ("section", "named"),
    [
        ("urls", lambda path: {"urls": {"blocklists": [path]}}),
        ("adult", lambda path: {"adult": {"lists": [path]}}),
        ("tokenizer", lambda path: {"tokenizer": {"file": path}}),
        ("plugins", lambda path: {"plugins": [path]}),
    ],
)
def test_a_file_counts_by_its_content_and_not_by_its_place(section, named, tmp_path):
    paths = [tmp_path / folder / "mine.json" for folder in "ab"]
    for path in paths:
        path.parent.mkdir()
        path.write_text("one")
    first, moved = (recipe(**named(str(path))).section_json(section) for path in paths)
    assert first == moved
    paths[0].write_text("two")
    assert recipe(**named(str(paths[0]))).section_json(section) != first


def test_a_group_that_no_source_has_is_a_warning():
    rules = [
        {"signal": "chars", "min": 1, "groups": ["wbe"]},
        {"signal": "chars", "min": 2, "groups": ["mine", "code"]},
    ]
    sources = [{"paths": ["a"], "label": "a", "group": "mine"}]
    assert recipe(sources=sources, rules=rules).warnings() == [
        "rules[0].groups: no source is in group 'wbe'; did you mean 'web'?"
    ]


def test_a_slip_in_any_section_that_names_groups_is_a_warning_with_or_without_sources():
    slips = {
        "hosts": [{"signal": "chars", "drop_top_fraction": 0.1, "groups": ["wbe"]}],
        "near_duplicates": {"compete": [["web", "refrence"]]},
        "frequent_lines": {"groups": ["wbe"]},
        "repeated_lines": {"groups": ["wbe"]},
        "line_rules": [{"signal": "line.words", "min": 5, "groups": ["wbe"]}],
        "divergence": {"groups": ["wbe"]},
        "pii": {"replace": ["email"], "groups": ["wbe"]},
        "mix": {"keep_together": ["cdoe"]},
        "select": [{"signal": "chars", "min": 1, "groups": ["wbe"]}],
        "categories": [{"category": "code", "groups": ["cod"]}],
    }
    said = recipe(**slips).warnings()
    for section in slips:
        (line,) = [line for line in said if line.startswith(section)]
        assert "no source is in group" in line and "did you mean" in line


def test_a_crawl_is_of_the_kind_that_reads_crawls_whether_the_source_says_so_or_not():
    made = recipe(sources=[{"crawl": "CC-MAIN-2026-40", "subset": {"hosts": ["a.example.org"]}}])
    assert made == recipe(sources=[{"kind": "commoncrawl", **made.sources[0].model_dump(exclude_unset=True)}])
    with pytest.raises(ValidationError, match="crawl is a setting of commoncrawl; state that kind, or take crawl out"):
        recipe(sources=[{"crawl": "CC-MAIN-2026-40", "kind": "warc", "paths": ["a.warc"]}])
    with pytest.raises(ValidationError, match="has paths or a label beside crawl"):
        recipe(sources=[{"crawl": "CC-MAIN-2026-40", "paths": ["a.warc"]}])


@pytest.mark.parametrize("stated", ["MIT OR GPL-2.0", "MIT OR Apache-2.0", "(MIT AND ISC)", "MIT/ISC", "MIT, ISC"])
def test_an_expression_in_place_of_licences_is_told_apart_from_a_slip(stated):
    with pytest.raises(ValidationError, match="takes single SPDX identifiers, an entry each") as refusal:
        recipe(sources=[{"kind": "code", "paths": ["a"], "licenses": [stated]}])
    assert "did you mean" not in str(refusal.value)


def test_an_empty_policy_says_who_stays():
    (said,) = [line for line in recipe(near_duplicates={"keep": []}).warnings() if "keep" in line]
    assert said == "near_duplicates.keep: is empty, so of near duplicates the one with the smaller id stays"
    assert [line for line in recipe(near_duplicates={}).warnings() if "keep" in line] == []


def test_tiny_shards_are_a_warning():
    (said,) = [line for line in recipe(shards={"target": 20_000}).warnings() if "shards" in line]
    assert said == "shards.target: is 20,000 bytes, and each shard costs a dozen files and tasks; 64M is usual"
    assert not [line for line in recipe().warnings() if "shards" in line]


def test_doubles_missing_shares_and_no_sources_are_warnings():
    rule = {"signal": "chars", "min": 1}
    said = recipe(
        sources=[],
        rules=[rule, rule],
        categories=[{"category": "code", "groups": ["code"]}],
        mix={"shares": {"code": 1}},
    ).warnings()
    assert [line.split(":")[0] for line in said] == ["sources", "rules[1]", "mix.shares"]


def test_the_least_confidence_may_be_none_at_all():
    assert Recipe(name="some", sources=[{"paths": ["a"]}], extract={"min_confidence": 0}).extract.min_confidence == 0
