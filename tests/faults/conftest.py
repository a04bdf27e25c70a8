"""One run over every bad file, made once."""

from pathlib import Path
from types import SimpleNamespace

import pytest

import curate
from curate.recipe import load
from pipelines.run import Options
from pipelines.run import curate as run
from tests.faults import bad_files


@pytest.fixture(scope="session")
def bad_run(tmp_path_factory) -> SimpleNamespace:
    """`expected` {path: words}, `result` and `corpus` of a run over all bad files."""
    folder = tmp_path_factory.mktemp("bad")
    expected = bad_files.make(folder / "in")
    recipe = write_recipe(folder, f"extract: {{max_bytes: {bad_files.LIMIT}}}\nsources: [{{paths: [in]}}]\n")
    result = run(load(str(recipe)), str(folder / "out"), Options(workers=2))
    return SimpleNamespace(expected=expected, result=result, corpus=curate.open(folder / "out"), folder=folder)


def write_recipe(folder: Path, text: str) -> Path:
    path = folder / "recipe.yaml"
    path.write_text(text)
    return path
