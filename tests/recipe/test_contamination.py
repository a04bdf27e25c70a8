"""The section that names benchmarks: what is refused before input is read, where paths start, what a file counts as."""

import pytest

from curate.recipe import load

SECTION = "contamination: {benchmarks: [%s]}\n"
BENCHMARK = "{name: sums, path: files/sums.jsonl, fields: [q]}"
RULE = "rules: [{signal: contamination.best, max: 0.8}]\n"


def test_a_rule_without_benchmarks_is_refused_with_what_to_write(refused):
    [said] = refused(RULE)
    assert said.startswith("recipe.yaml:1: rules[0].signal: 'contamination.best' is measured against benchmarks; name")
    assert "contamination: {benchmarks: [{name: gsm8k, path: gsm8k.jsonl, fields: [question, answer]}]}" in said


def test_with_benchmarks_it_is_a_rule_and_a_wrong_name_is_still_told(write, refused):
    assert load(write(RULE + SECTION % BENCHMARK, "files/sums.jsonl")).rules[0].upper == 0.8
    [said] = refused(RULE.replace("best", "bset") + SECTION % BENCHMARK, "files/sums.jsonl")
    assert said.endswith("'contamination.bset' is no signal; did you mean 'contamination.best'?")


@pytest.mark.parametrize(
    ("benchmarks", "told"),
    [
        ("{name: sums, path: sums.jsonl.gz}", "sums says no fields; name those to look for"),
        ("{name: sums, path: sums.txt, fields: [q]}", "is text, where a line is an item"),
        (f"{BENCHMARK}, {BENCHMARK}", "gives one name to two benchmarks"),
        ("{name: '../x', path: a.txt}", "name"),
        ("{name: sums, path: files/smus.jsonl, fields: [q]}", "did you mean 'sums.jsonl'?"),
        ("", "benchmarks"),
    ],
)
def test_what_means_nothing_is_refused(refused, benchmarks, told):
    assert told in refused(SECTION % benchmarks, "files/sums.jsonl")[0]


def test_paths_start_at_the_recipe_and_a_resolved_recipe_reads_as_the_same(write, tmp_path):
    recipe = load(write(SECTION % BENCHMARK, "files/sums.jsonl"))
    assert recipe.contamination.benchmarks[0].path == str(tmp_path / "files" / "sums.jsonl")
    assert load(write(recipe.to_yaml(), name="resolved.yaml")) == recipe


def test_files_and_folders_count_by_content(write, tmp_path):
    def key():
        return recipe.section_json("contamination")

    recipe = load(write(SECTION % "{name: sums, path: files}", "files/a.txt", "files/b.txt"))
    before = key()
    assert str(tmp_path) not in before
    (tmp_path / "files" / "b.txt").write_text("other")
    assert key() != before
    assert load(write("name: none\n", name="none.yaml")).section_json("contamination") == "null"
