"""One run of the small corpus, made once, that tests look at; a test that changes a run copies it first."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipelines.run import Options, curate
from tests.pipelines import inputs

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def source(tmp_path_factory) -> Path:
    """The recipe of the small corpus."""
    return inputs.make(tmp_path_factory.mktemp("small") / "input")


@pytest.fixture(scope="session")
def finished(source, tmp_path_factory) -> SimpleNamespace:
    """`folder`, `recipe` and `result` of a run with two workers; for looking at only."""
    folder = tmp_path_factory.mktemp("finished") / "corpus"
    recipe = inputs.recipe(source)
    return SimpleNamespace(folder=folder, recipe=recipe, result=curate(recipe, str(folder), Options(workers=2)))


@pytest.fixture
def copy_of_run(finished, tmp_path) -> Path:
    """A copy of the finished run that a test may change."""
    return Path(shutil.copytree(finished.folder, tmp_path / "corpus"))


@pytest.fixture(scope="session")
def digests() -> Callable[[Path], dict[str, str]]:
    """SHA-256 of each product file, and the root digest of the manifest."""

    def of(folder: Path) -> dict[str, str]:
        names = ("text", "tokens", "ledger", "report", "manifest.json", "recipe.yaml")
        paths = [p for name in names for p in ([folder / name] if "." in name else sorted((folder / name).rglob("*")))]
        found = {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in paths if p.is_file()}
        return {**found, "root": json.loads((folder / "manifest.json").read_text())["root"]}

    return of


@pytest.fixture
def command():
    """Starts `python -m curate ...` in a process group of its own; what still runs at the end is killed."""
    started = []

    def start(*arguments: str, inside: tuple[str, ...] = ()) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*inside, sys.executable, "-m", "curate", *map(str, arguments)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
