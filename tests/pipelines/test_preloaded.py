"""The fork server's children begin with libraries and kernels, and with no thread that a fork would lose."""

import subprocess
import sys

from pipelines.workers import Pool, Task

THREADS = """
import os
before = {*os.listdir("/proc/self/task")}
import pipelines.preloaded
print(*(open(f"/proc/self/task/{task}/comm").read().strip() for task in {*os.listdir("/proc/self/task")} - before))
"""


def test_a_child_begins_with_libraries_and_compiled_kernels():
    pool = Pool(1)
    try:
        ((_, found),) = pool.submit(Task("tests.pipelines.deadly_tasks:begins_with", None, 7, [])).result()
    finally:
        pool.close()
    assert found == b"numba pyarrow.parquet, kernels loaded"


def test_nothing_that_is_loaded_before_the_fork_leaves_a_thread_but_the_allocator():
    ran = subprocess.run([sys.executable, "-c", THREADS], capture_output=True, text=True, check=True)
    assert set(ran.stdout.split()) <= {"jemalloc_bg_thd"}


def test_packages_that_register_with_numba_are_not_imported():
    script = "import sys, pipelines.preloaded; print('awkward' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"
