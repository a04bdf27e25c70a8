import threading
from types import SimpleNamespace

import pyarrow
import pytest

from benchmarks.profile_run import Inline
from pipelines.workers import Task


def counted(context, key, values):
    yield from ((key, one(value)) for value in values)


def one(value: bytes) -> bytes:
    return value * 2


@pytest.fixture
def pool(monkeypatch):
    for name in ("OMP_NUM_THREADS", "RAYON_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        monkeypatch.setenv(name, "1")
    before = pyarrow.cpu_count()
    yield Inline(["measure"])
    pyarrow.set_cpu_count(before)


def test_calls_of_tasks_from_every_thread_are_in_the_profile_and_other_phases_are_not(pool):
    def submit(phase: str, key: int) -> None:
        task = Task(f"{__name__}:counted", SimpleNamespace(phase=phase), key, [b"a", b"b"])
        assert pool.submit(task).result() == [(key, b"aa"), (key, b"bb")]

    threads = [threading.Thread(target=submit, args=(phase, n)) for n, phase in enumerate(["measure"] * 3 + ["urls"])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    calls = {name: of[1] for (_, _, name), of in pool.stats.stats.items()}
    assert calls["one"] == 6
    assert pool.tasks == 3
    assert pool.cpu > 0
