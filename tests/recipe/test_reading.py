import os
from typing import get_args

import pytest

from curate.recipe import RecipeError, load, shipped
from curate.recipe.sections import Kind


@pytest.mark.parametrize("name", ["default", "llama3"])
def test_a_shipped_recipe_is_valid_and_says_the_same_when_resolved(name, tmp_path):
    recipe = load(name)
    (tmp_path / "resolved.yaml").write_text(recipe.to_yaml(), encoding="utf-8")
    assert load(tmp_path / "resolved.yaml") == recipe
    assert load(tmp_path / "resolved.yaml").to_yaml() == recipe.to_yaml()


@pytest.mark.parametrize("name", ["default", "llama3"])
def test_every_rule_of_a_shipped_recipe_has_its_source(name):
    recipe = load(name)
    assert recipe.rules and all(rule.source for rule in recipe.rules + recipe.select)


@pytest.mark.parametrize("name", ["default", "llama3"])
def test_rules_of_a_shipped_recipe_concern_pages_or_what_is_said_of_files_of_code(name):
    of_files = [rule for rule in load(name).rules if rule.signal.startswith("file.") or rule.groups == ["code"]]
    assert {rule.signal.split(".")[0] for rule in of_files} == {"code", "file"}
    assert all(rule.groups == ["code"] for rule in of_files)
    assert all(rule.groups == ["web"] for rule in load(name).rules if rule not in of_files)


def test_shipped_recipes_say_what_they_are():
    assert [name for name, _ in shipped()] == ["c4", "default", "fineweb", "gopher", "llama3", "multilingual"]
    assert all(len(line) > 20 for _, line in shipped())


def test_a_section_that_is_not_named_is_that_of_the_base(write):
    recipe = load(write("base: llama3\npack: {lengths: [4096]}"))
    base = load("llama3")
    assert recipe.pack.lengths == [4096]
    assert recipe.mix == base.mix and recipe.rules == base.rules
    assert recipe.name == "recipe"


def test_without_a_base_the_base_is_default(write):
    assert load(write("name: mine")).rules == load("default").rules


def test_a_named_section_replaces_the_base_whole(write):
    recipe = load(write("near_duplicates: {min_similarity: 0.9}\nfrequent_lines: null"))
    assert recipe.near_duplicates.compete == []
    assert recipe.frequent_lines is None


def test_base_null_starts_from_nothing(write):
    recipe = load(write("base: null\nname: bare"))
    assert recipe.rules == [] and recipe.near_duplicates is None


def test_off_stays_off_in_the_resolved_recipe(write):
    recipe = load(write("near_duplicates: null\nrules: []\nhosts: []"))
    again = load(write(recipe.to_yaml(), name="again.yaml"))
    assert again == recipe and again.near_duplicates is None and again.rules == []


def test_a_base_may_be_a_file_whose_paths_start_at_its_own_folder(write, tmp_path):
    write("urls: {blocklists: [hosts.txt]}", "below/hosts.txt", name="below/base.yaml")
    recipe = load(write("base: below/base.yaml"))
    assert recipe.urls.blocklists == [str(tmp_path / "below" / "hosts.txt")]


def test_an_error_in_a_base_is_told_with_its_file(write, refused):
    path = write("pack: {lengths: [1]}", name="base.yaml")
    assert refused("base: base.yaml") == [f"{path}:1: pack.lengths[0]: 1 must be greater than or equal to 2"]


def test_paths_start_at_the_folder_of_the_recipe_and_addresses_stay(write, tmp_path, monkeypatch):
    monkeypatch.chdir("/")
    recipe = load(write("sources: [{paths: [in/*.txt, 's3://bucket/x/']}]", "in/a.txt"))
    assert recipe.sources[0].paths == [str(tmp_path / "in" / "*.txt"), "s3://bucket/x/"]


def test_a_language_called_no_is_norwegian(write):
    recipe = load(write("rules: [{signal: gopher.words, min: 5, languages: [no, en]}]"))
    assert recipe.rules[0].languages == ["no", "en"]
    assert load(write(recipe.to_yaml(), name="again.yaml")).rules == recipe.rules


def test_groups_all_survives_the_resolved_recipe(write):
    recipe = load(write("rules: [{signal: chars, min: 5, groups: all}]"))
    assert recipe.rules[0].groups is None
    assert load(write(recipe.to_yaml(), name="again.yaml")) == recipe


def test_all_that_is_wrong_is_told_at_once_with_lines(refused):
    assert refused(
        "sources:\n  - {kind: warcs, paths: [x], grup: web}\nrules:\n  - {signal: gopher.words}\n"
        "near_duplicate: {bands: 14}\ntokenizer: {name: cl100}\nmix: {tokens: 1.5}\nurls:\n"
    ) == [
        "recipe.yaml:2: sources[0].grup: there is no key 'grup'; did you mean 'group'?",
        f"recipe.yaml:2: sources[0].kind: 'warcs' is none of {', '.join(get_args(Kind))}; did you mean 'warc'?",
        "recipe.yaml:4: rules[0]: has neither min nor max, so it decides nothing; give one of them",
        "recipe.yaml:5: near_duplicate: there is no key 'near_duplicate'; did you mean 'near_duplicates'?",
        "recipe.yaml:6: tokenizer.name: 'cl100' is none of cl100k; did you mean 'cl100k'?",
        "recipe.yaml:7: mix.tokens: 1.5 is not whole",
        "recipe.yaml:8: urls: is empty; leave the line out, or write [] or {}",
    ]


def test_a_mistake_that_an_alias_repeats_is_told_once(refused):
    text = "rules:\n  - {signal: chars, min: 1, unless: &u {signal: code.scor, min: 1}}\n"
    text += "  - {signal: chars, max: 9, unless: *u}\n"
    assert refused(text) == [
        "recipe.yaml:2: rules[0].unless[0].signal: 'code.scor' is no signal; did you mean 'code.score'?",
        "recipe.yaml:3: rules[1].unless[0].signal: 'code.scor' is no signal; did you mean 'code.score'?",
    ]
    assert len(refused(text.replace("&u {signal: code.scor, min: 1}", "&u\n      - {signal: code.scor, min: 1}"))) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("base: lama3", "recipe.yaml:1: base: lama3: there is no such file or shipped recipe; did you mean 'llama3'?"),
        ("base: 5", "recipe.yaml:1: base: 5 is no recipe"),
        ("base: recipe.yaml", "is built on this recipe itself"),
        ("rules: 5", "recipe.yaml:1: rules: must be a list"),
        ("hosts:\n- {signal: chars, drop_top_fraction: 0.1, groups: al}", "or the word all; did you mean 'all'?"),
        ("mix: 5", "recipe.yaml:1: mix: must be a mapping"),
        ("urls: {same_payload: yes}", "recipe.yaml:1: urls.same_payload: must be true or false"),
        ("plugins: [5]", "recipe.yaml:1: plugins[0]: 5 is not text; put it in quotes"),
        ("sources: [{paths: []}]", "recipe.yaml:1: sources[0].paths: is empty"),
        ("name: ../x", "recipe.yaml:1: name: '../x' is no name"),
        ("mesure: {}", "recipe.yaml:1: mesure: there is no key 'mesure'; did you mean 'measure'?"),
        ("bsae: llama3", "did you mean 'base'?"),
    ],
)
def test_a_mistake_is_told_in_plain_words(refused, text, said):
    assert said in refused(text)[0]


def test_a_file_that_is_not_there_names_the_shipped_recipes():
    with pytest.raises(RecipeError, match="shipped recipes are c4, default, fineweb, gopher, llama3"):
        load("nowhere/mine.yaml")


def test_a_file_that_is_not_text_is_refused(tmp_path):
    (tmp_path / "a.yaml").write_bytes(b"\xff\xfe\x00n")
    with pytest.raises(RecipeError, match="is not UTF-8"):
        load(tmp_path / "a.yaml")
    with pytest.raises(RecipeError, match="cannot be read"):
        load(tmp_path)


def test_a_mark_at_the_start_and_foreign_line_ends_are_read(tmp_path):
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbfname: x\r\npack:\r\n  lengths: [16]\r\n")
    assert load(os.fspath(tmp_path / "a.yaml")).pack.lengths == [16]
