"""The command line as a user meets it: help, versions, wrong usage, what is passed on."""

import importlib
import re
import sys
from types import ModuleType, SimpleNamespace

import pytest

from curate.cli import recipe
from curate.cli.main import main
from curate.cli.run import share
from curate.errors import BooksDoNotBalance, RunStopped, UserError
from curate.recipe import load

COMMANDS = [
    "run",
    "recipe",
    "recipe list",
    "recipe show",
    "recipe check",
    "recipe hold-out",
    "ablate",
    "plan",
    "explain",
    "show",
    "signals",
    "demo",
    "models",
    "models list",
    "models get",
    "models check",
    "clean",
]


def exit_code(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stopped:
        main(list(arguments))
    return int(stopped.value.code or 0)


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_help_has_an_example_that_names_the_command(command, capsys):
    assert exit_code(*command.split(), "--help") == 0
    said = capsys.readouterr().out
    assert re.search(rf"Examples?:?\s+curate {command}", said)


def test_the_main_help_lists_every_command_whole_and_every_exit_code(capsys):
    exit_code("--help")
    said = capsys.readouterr().out
    assert "..." not in said.replace("COMMAND [ARGS]...", "")
    assert [code for code in ("0", "1", "2", "3", "4", "130") if not re.search(rf"^ +{code}  ", said, re.M)] == []


@pytest.mark.parametrize(
    "arguments", [["runn"], ["run"], ["run", "a.txt"], ["run", "a.txt", "-o", "c", "--workers", "0"], ["show", "c"]]
)
def test_wrong_usage_is_exit_code_2_and_no_traceback(arguments, capsys):
    assert exit_code(*arguments) == 2
    said = capsys.readouterr().err
    assert said
    assert "Traceback" not in said


@pytest.fixture
def pipeline(monkeypatch):
    """`pipelines.run` and `curate.recipe` as stand-ins that note what they were asked."""
    asked = {}
    fake = ModuleType("pipelines.run")
    fake.Options = lambda **options: options  # type: ignore[attr-defined]

    def curate(recipe, out, options):
        if asked.get("raise"):
            raise asked["raise"]
        asked.update(recipe=recipe, out=out, **options)
        return SimpleNamespace(receipt="kept 3 of 4", folder=out, quarantined=0)

    fake.curate = curate  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pipelines.run", fake)
    module = importlib.import_module("curate.recipe")
    monkeypatch.setattr(module, "load", lambda path: _Recipe(("load", path)))
    monkeypatch.setattr(module, "of_inputs", lambda paths: _Recipe(("of_inputs", *paths)))
    return asked


class _Recipe(SimpleNamespace):
    def __init__(self, came_from, sources=None, mix=None):
        without_budget = SimpleNamespace(tokens=None)
        super().__init__(
            came_from=came_from, sources=sources or [_Source(None), _Source(0.5)], mix=mix or without_budget
        )

    def model_copy(self, update):
        return _Recipe(self.came_from, **update)

    def warnings(self):
        return ["rules[0].groups: no source is in group 'wbe'"] if self.came_from[1] == "slip.yaml" else []


class _Source(SimpleNamespace):
    def __init__(self, sample):
        super().__init__(sample=sample)

    def model_copy(self, update):
        return _Source(**update)


def test_run_of_files_needs_no_recipe_and_prints_the_receipt(pipeline, capsys):
    assert exit_code("run", "a.warc.gz", "books/", "-o", "corpus") == 0
    assert capsys.readouterr().out == "kept 3 of 4\n"
    assert pipeline["recipe"].came_from == ("of_inputs", "a.warc.gz", "books/")
    assert (pipeline["out"], pipeline["engine"], pipeline["workers"], pipeline["beam_args"]) == (
        "corpus",
        "local",
        None,
        [],
    )


def test_run_of_a_recipe_loads_it_and_what_follows_two_dashes_goes_to_beam(pipeline):
    arguments = ["run", "mine.yaml", "-o", "c", "--workers", "2", "--engine", "portable", "--job-endpoint", "embed"]
    assert exit_code(*arguments, "--dry-run", "--", "--parallelism=64", "--", "x") == 0
    assert pipeline["recipe"].came_from == ("load", "mine.yaml")
    assert pipeline["beam_args"] == ["--parallelism=64", "--", "x"]
    assert (pipeline["workers"], pipeline["engine"], pipeline["job_endpoint"], pipeline["dry_run"]) == (
        2,
        "portable",
        "embed",
        True,
    )


def test_a_recipe_beside_other_inputs_is_refused(pipeline, capsys):
    assert exit_code("run", "mine.yaml", "a.txt", "-o", "c") == 2
    assert "one recipe" in capsys.readouterr().err


def test_sample_multiplies_what_each_source_asks_for(pipeline):
    assert exit_code("run", "mine.yaml", "-o", "c", "--sample", "10%") == 0
    assert [source.sample for source in pipeline["recipe"].sources] == [0.1, 0.05]


@pytest.mark.parametrize(("text", "value"), [("1%", 0.01), ("0.5", 0.5), ("100%", 1.0), ("0.1%", 0.001)])
def test_a_share_is_a_number_or_a_percentage(text, value):
    assert share(text) == pytest.approx(value)


@pytest.mark.parametrize("text", ["0", "0%", "-1%", "101%", "2", "nan", "inf", "some", "%", ""])
def test_a_share_that_is_none_is_refused(text):
    with pytest.raises(UserError, match="1% or"):
        share(text)


@pytest.mark.parametrize(
    ("error", "code"),
    [(RunStopped("stopped"), 3), (BooksDoNotBalance("books"), 4), (KeyboardInterrupt(), 130), (UserError("recipe"), 2)],
)
def test_a_run_ends_with_the_exit_code_that_the_help_promises(pipeline, error, code, capsys):
    pipeline["raise"] = error
    assert exit_code("run", "a.txt", "-o", "c") == code
    assert "Traceback" not in capsys.readouterr().err


def test_clean_refuses_a_folder_that_is_no_corpus_and_drops_only_work(tmp_path, capsys):
    (tmp_path / "work/extract-1").mkdir(parents=True)
    (tmp_path / "work/extract-1/documents-00000.parquet").write_bytes(b"x" * 1_000_000)
    assert exit_code("clean", str(tmp_path)) == 2
    assert (tmp_path / "work").exists()
    (tmp_path / "manifest.json").write_text("{}")
    capsys.readouterr()
    assert exit_code("clean", str(tmp_path)) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["manifest.json"]
    assert capsys.readouterr().out == "dropped 1.0 MB; no other run can be `against` this corpus any more\n"
    assert exit_code("clean", str(tmp_path)) == 0


def test_a_slip_that_is_allowed_is_shown_before_the_run(pipeline, capsys):
    assert exit_code("run", "slip.yaml", "-o", "c") == 0
    assert capsys.readouterr().err.startswith("! rules[0].groups: no source is in group 'wbe'")


def test_check_shows_a_misspelt_group(tmp_path, capsys):
    file = tmp_path / "mine.yaml"
    file.write_text("near_duplicates: {compete: [[web, refrence]]}\n")
    assert exit_code("recipe", "check", str(file)) == 0
    said = capsys.readouterr().out
    assert "! near_duplicates.compete[0]: no source is in group 'refrence'; did you mean 'reference'?" in said


def test_show_prints_the_head_of_a_shipped_recipe_and_the_same_recipe(tmp_path, capsys):
    assert exit_code("recipe", "show", "c4") == 0
    said = capsys.readouterr().out
    assert said.startswith("# English web text by C4's rules") and "Code and formulas" in said
    (tmp_path / "c4.yaml").write_text(said)
    assert load(tmp_path / "c4.yaml") == load("c4")


@pytest.mark.parametrize("option", ["--input", "--calibrate"])
def test_a_size_that_is_none_is_refused_by_the_name_of_its_option(option, capsys):
    assert exit_code("plan", "default", "--input", "1TB", option, "1XB") == 2
    said = capsys.readouterr().err
    assert f"{option} 1XB: write a size such as 100TB" in said


def test_names_of_recipes_stand_apart_from_what_they_are(capsys):
    recipe.list_()
    lines = capsys.readouterr().out.splitlines()
    assert lines and all("  " in line for line in lines)
