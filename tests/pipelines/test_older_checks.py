"""A folder that cannot serve as an older corpus is refused before the first step, by name and with the remedy."""

import json
import shutil

import pytest

from pipelines.older_checks import check_against, check_readable
from pipelines.run import curate
from tests.pipelines import inputs


@pytest.fixture
def refused(source, copy_of_run, tmp_path):
    """What is said of the copied run as an older corpus, or None; `sections` of the new recipe."""

    def said(**sections) -> str | None:
        recipe = inputs.recipe(source, against=[str(copy_of_run)], **sections)
        try:
            check_against(recipe, str(tmp_path / "out"))
            check_readable(recipe, ["near_duplicates"])
        except ValueError as error:
            assert str(error).startswith(f"against[0]: {copy_of_run} ")
            return str(error).removeprefix(f"against[0]: {copy_of_run} ")
        return None

    return said


def test_a_finished_run_with_its_work_serves(refused):
    assert refused() is None


def test_other_policies_rules_and_sources_are_no_obstacle(refused):
    near = {"keep": ["longest"], "bands": 28, "rows": 4, "min_similarity": 0.8, "compete": [["web", "books"]]}
    assert refused(near_duplicates=near, rules=[], sources=[{"paths": ["books"]}]) is None


def test_the_run_itself_is_refused_before_it_is_touched(source, copy_of_run):
    recipe = inputs.recipe(source, against=[f"{copy_of_run}/../{copy_of_run.name}"])
    before = sorted(copy_of_run.rglob("*"))
    with pytest.raises(ValueError, match=r"against\[0\]: .* is the folder that this run writes"):
        curate(recipe, str(copy_of_run))
    assert sorted(copy_of_run.rglob("*")) == before


@pytest.mark.parametrize("name", ["manifest.json", "facts.json", "recipe.yaml"])
def test_a_folder_that_is_no_finished_run(name, refused, copy_of_run):
    (copy_of_run / name).unlink()
    assert refused().startswith(f"is no finished run (there is no {name}); name the folder of a `curate run -o`")


def test_a_run_whose_work_was_dropped(refused, copy_of_run):
    shutil.rmtree(copy_of_run / "work")
    assert refused().startswith("has no work/ (`curate clean` dropped it)")


def test_a_run_whose_phases_stand_needs_its_older_corpus_no_more(source, copy_of_run):
    recipe = inputs.recipe(source, against=[str(copy_of_run)])
    shutil.rmtree(copy_of_run / "work")
    check_readable(recipe, ["clean", "pack"])
    with pytest.raises(ValueError, match="has no work/"):
        check_readable(recipe, ["urls", "extract"])


@pytest.mark.parametrize(
    ("sections", "said"),
    [
        ({"measure": {"ngram": 7}}, "was sketched with measure.ngram 5, this recipe says 7;"),
        ({"measure": {"seed": 3}}, "was sketched with measure.seed 1, this recipe says 3;"),
        (
            {"near_duplicates": {"bands": 20}},
            "was sketched with near_duplicates.bands x rows = 112, this recipe says 160;",
        ),
    ],
)
def test_sketches_of_another_kind(sections, said, refused):
    assert refused(**sections).startswith(said)


def test_sketches_do_not_matter_where_near_duplicates_are_off(refused):
    assert refused(measure={"ngram": 7}, near_duplicates=None) is None


def test_a_run_without_sketches(refused, copy_of_run):
    recipe = copy_of_run / "recipe.yaml"
    head, _, rest = recipe.read_text().partition("near_duplicates:")
    recipe.write_text(head + "near_duplicates: null\n" + rest[rest.index("\nfrequent_lines:") + 1 :])
    assert refused().startswith("was made with near_duplicates off, so it has no sketches;")


def test_a_recipe_of_another_version(refused, copy_of_run):
    with open(copy_of_run / "recipe.yaml", "a") as recipe:
        recipe.write("tomorrow: {}\n")
    assert refused().startswith("was made by another version of Curate, whose recipe this one cannot read;")


@pytest.mark.parametrize("name", ["manifest.json", "facts.json"])
@pytest.mark.parametrize("content", ["{", "{}"])
def test_a_damaged_account(name, content, refused, copy_of_run):
    (copy_of_run / name).write_text(content)
    assert refused() == "has a damaged manifest.json or facts.json; run its recipe again into it"


@pytest.mark.parametrize("phase", ["urls", "measure"])
def test_a_phase_of_another_version(phase, refused, copy_of_run):
    (file,) = copy_of_run.glob(f"work/{phase}-*/manifest.json")
    manifest = json.loads(file.read_text())
    file.write_text(json.dumps({**manifest, "version": 1000}))
    assert refused().startswith(f"was made by another version of phase {phase} (1000, now ")


@pytest.mark.parametrize("name", ["measure-*/sketches-00001", "urls-*/headers-00001", "filter-*/ledger-*"])
def test_a_lost_file_is_named(name, refused, copy_of_run):
    file = sorted(copy_of_run.glob(f"work/{name}.parquet"))[0]
    file.unlink()
    assert refused() == f"has lost {file}; run its recipe again into it"


def test_a_lost_phase_is_named(refused, copy_of_run):
    (folder,) = copy_of_run.glob("work/filter-*")
    shutil.rmtree(folder)
    assert refused() == "has lost what its phase filter wrote; run its recipe again into it"
