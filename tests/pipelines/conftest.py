"""One run of the small corpus, made once, that tests look at; a test that changes a run copies it first.

Runs are what these tests pay for. So all processes of pytest share the finished one, and the runs of one process share
their children, which then load libraries and kernels once; the tests that start `curate run` show that it ends them.
"""

import fcntl
import hashlib
import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipelines import workers
from pipelines.run import Options, Result, curate
from tests.pipelines import inputs

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module", autouse=True)
def _children_outlive_runs() -> Iterator[None]:
    """Also from file to file; the first run in another folder's tests ends them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workers, "close_all", lambda: None)
        yield


@pytest.fixture(scope="session")
def _small(tmp_path_factory) -> tuple[Path, Path, Result]:
    """(recipe, folder, result), by whichever process of pytest comes first."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "small"
    shared.mkdir(exist_ok=True)
    with open(shared / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = shared / "made.pickle"
        if not made.exists():
            recipe, folder = inputs.make(shared / "input"), shared / "corpus"
            result = curate(inputs.recipe(recipe), str(folder), Options(workers=2))
            made.write_bytes(pickle.dumps((recipe, folder, result)))
        return pickle.loads(made.read_bytes())


@pytest.fixture(scope="session")
def source(_small) -> Path:
    """The recipe of the small corpus."""
    return _small[0]


@pytest.fixture(scope="session")
def finished(_small) -> SimpleNamespace:
    """`folder`, `recipe` and `result` of a run with two workers; for looking at only."""
    return SimpleNamespace(folder=_small[1], recipe=inputs.recipe(_small[0]), result=_small[2])


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
