"""What did not change is not done again, and the reason for what is done is told."""

import os
import shutil

import pytest

from pipelines.keys import name
from pipelines.run import PHASES, Options, curate
from tests.pipelines import inputs

ALL = [name(phase) for phase in PHASES]


def from_(phase: str) -> list[str]:
    return ALL[ALL.index(phase) :]


def planned(recipe, folder) -> dict[str, tuple[str, str]]:
    """{phase: (stands or runs, why)} as `--dry-run` prints it."""
    lines = curate(recipe, str(folder), Options(workers=2, dry_run=True)).receipt.splitlines()
    return {line.split()[1]: (line.split()[0], line.split(maxsplit=2)[2]) for line in lines}


def test_nothing_runs_when_nothing_changed(finished, copy_of_run):
    before = {p: p.stat().st_mtime_ns for p in copy_of_run.rglob("*.parquet")}
    assert curate(finished.recipe, str(copy_of_run), Options(workers=2)).ran == []
    assert {p: p.stat().st_mtime_ns for p in copy_of_run.rglob("*.parquet")} == before


@pytest.mark.parametrize(
    ("section", "value", "first"),
    [
        ("urls", {"keep": "oldest"}, "urls"),
        ("extract", {"max_bytes": "1M"}, "urls"),
        ("extract", {"engine": "trafilatura"}, "extract"),
        ("measure", {"ngram": 4}, "measure"),
        ("rules", [{"signal": "gopher.words", "min": 31, "groups": "all"}], "filter"),
        ("near_duplicates", {"keep": ["trust", "newest"], "min_similarity": 0.8}, "near_duplicates"),
        ("frequent_lines", {**inputs.RECIPE["frequent_lines"], "in_more_than": 4}, "frequent_lines"),
        ("divergence", {"drop_top_fraction": 0.1, "min_tokens": 20}, "select"),
        ("mix", {"shares": "natural"}, "mix"),
        ("pack", {"lengths": [256]}, "pack"),
        ("name", "another", "report"),
    ],
)
def test_a_changed_section_runs_its_phase_and_what_follows(section, value, first, source, finished):
    steps = planned(inputs.recipe(source, **{section: value}), finished.folder)
    assert [phase for phase, (state, _) in steps.items() if state == "runs"] == from_(first)
    assert steps[first][1].startswith("changed: ")


def test_a_changed_mix_runs_mix_pack_and_report_and_says_why(source, copy_of_run):
    recipe = inputs.recipe(source, mix={"shares": "natural"})
    assert planned(recipe, copy_of_run)["mix"] == ("runs", "changed: mix")
    assert planned(recipe, copy_of_run)["pack"] == ("runs", "follows mix")
    assert planned(recipe, copy_of_run)["select"] == ("stands", "nothing it reads has changed")
    assert curate(recipe, str(copy_of_run), Options(workers=2)).ran == ["mix", "pack", "report"]


def test_a_recipe_that_comes_back_gets_its_products_again(finished, source, copy_of_run):
    products = (copy_of_run / "manifest.json").read_bytes()
    curate(inputs.recipe(source, pack={"lengths": [256]}), str(copy_of_run), Options(workers=2))
    assert (copy_of_run / "manifest.json").read_bytes() != products
    assert curate(finished.recipe, str(copy_of_run), Options(workers=2)).ran == ["report"]
    assert (copy_of_run / "manifest.json").read_bytes() == products


def test_a_touched_input_runs_all(finished, source, tmp_path):
    shutil.copytree(source.parent, tmp_path / "input")
    recipe = inputs.recipe(tmp_path / "input" / source.name)
    shutil.copytree(finished.folder, tmp_path / "corpus")
    os.utime(tmp_path / "input" / "facts.jsonl", (1, 1))
    steps = planned(recipe, tmp_path / "corpus")
    assert [state for state, _ in steps.values()] == ["runs"] * len(ALL)
    assert steps["shards"][1] == "changed: input"


def test_a_phase_that_lost_its_manifest_was_interrupted(finished, copy_of_run):
    next((copy_of_run / "work").glob("select-*/manifest.json")).unlink()
    steps = planned(finished.recipe, copy_of_run)
    assert steps["select"] == ("runs", "was interrupted")
    assert steps["mix"] == ("runs", "follows select")


def test_a_dry_run_of_a_new_folder_writes_nothing_but_the_lock(finished, tmp_path):
    steps = planned(finished.recipe, tmp_path / "new")
    assert set(steps) == set(ALL) and {why for _, why in steps.values()} == {"first run"}
    assert [p.name for p in (tmp_path / "new").rglob("*")] == [".lock"]
