"""The fork server, started so that it loads this Curate and not a folder `pipelines` that the user happens to be in.

It is `python -c`, which looks for modules in the current folder first, and it does so before it is told the parent's
`sys.path` (its children are told). So it starts with the parent's own place of the package, and without that folder.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import forkserver
from pathlib import Path

_HOME = str(Path(__file__).resolve().parents[1])
_ONE = threading.Lock()


def ensure_running() -> None:
    """Starts it unless it runs, with `pipelines.preloaded` in it."""
    with _ONE:
        forkserver.set_forkserver_preload(["pipelines.preloaded"])  # of no effect once the server runs
        with _environment(PYTHONSAFEPATH="1", PYTHONPATH=os.pathsep.join(_paths())):
            forkserver.ensure_running()


def _paths() -> list[str]:
    return [_HOME, *filter(None, [os.environ.get("PYTHONPATH")])]


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    """While it lasts, the variables have these values."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
