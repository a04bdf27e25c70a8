import itertools

import pytest

from curate.recipe import RecipeError, load, of_inputs
from curate.recipe.labels import shortest_ends


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for name in ("crawl.warc.gz", "a/x.jsonl", "b/x.jsonl", "c/a/x.jsonl"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_each_path_is_a_source_with_the_shortest_distinct_label(folder):
    recipe = of_inputs(["crawl.warc.gz", "b/x.jsonl", "a/x.jsonl"])
    assert [source.label for source in recipe.sources] == ["a/x.jsonl", "b/x.jsonl", "crawl.warc.gz"]
    assert all(source.kind is None and source.group is None for source in recipe.sources)
    assert recipe.rules == load("default").rules


def test_the_order_of_arguments_changes_nothing(folder):
    paths = ["crawl.warc.gz", "a/x.jsonl", "b/x.jsonl"]
    assert len({of_inputs(order).to_yaml() for order in itertools.permutations(paths)}) == 1


@pytest.mark.parametrize("again", ["a/x.jsonl", "./a/x.jsonl", "b/../a/x.jsonl", "a//x.jsonl"])
def test_a_path_named_twice_is_refused_by_name(folder, again):
    with pytest.raises(RecipeError, match="is named twice"):
        of_inputs(["a/x.jsonl", again])


def test_missing_paths_are_all_named(folder):
    with pytest.raises(RecipeError) as error:
        of_inputs(["nowhere", "a", "neither.gz"])
    assert [line.split(":")[0] for line in error.value.problems] == ["nowhere", "neither.gz"]


def test_no_path_is_refused():
    with pytest.raises(RecipeError, match="no input"):
        of_inputs([])


def test_another_base_may_be_named(folder):
    assert of_inputs(["a"], base="llama3").mix.shares["math"] == 0.25


@pytest.mark.parametrize(
    ("paths", "ends"),
    [
        (["/d/a/x", "/d/b/x"], ["a/x", "b/x"]),
        (["/d/a/x", "/d/c/a/x"], ["d/a/x", "c/a/x"]),
        (["/a/x", "/c/a/x"], ["a/x", "c/a/x"]),
        (["/d/x"], ["x"]),
        (["s3://bucket/x", "/d/x"], ["bucket/x", "d/x"]),
        (["/"], ["/"]),
    ],
)
def test_an_end_is_as_long_as_it_must_be(paths, ends):
    assert shortest_ends(paths) == ends


def test_sources_of_a_recipe_get_labels_from_what_their_paths_share(write):
    recipe = load(
        write(
            "sources: [{paths: [in/a/*.txt, in/a/b/c.md]}, {paths: [x.jsonl], label: mine}]",
            "in/a/1.txt",
            "in/a/b/c.md",
            "x.jsonl",
        )
    )
    assert [source.label for source in recipe.sources] == ["a", "mine"]


def test_a_shipped_name_given_as_input_is_told_how_a_recipe_is_used(folder):
    with pytest.raises(RecipeError, match=r"gopher is a recipe: write a file mine\.yaml with `base: gopher`"):
        of_inputs(["gopher"])
