"""The folder of compiled kernels follows the sources, and is never a reason to stop."""

import os
import shutil
import subprocess
import sys

from curate.kernels import cache

FOLDER = "from curate.kernels import cache; print(cache.prepare())"


def folder(**environment: str) -> str:
    kept = {k: v for k, v in os.environ.items() if k not in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME")}
    run = subprocess.run(
        [sys.executable, "-c", FOLDER], env=kept | environment, capture_output=True, text=True, check=True
    )
    return run.stdout.strip()


def test_a_changed_helper_gets_a_new_folder(tmp_path):
    copy = tmp_path / "curate"
    shutil.copytree(cache.PACKAGE / "kernels", copy / "kernels", ignore=shutil.ignore_patterns("__pycache__"))
    before = cache.digest(copy)
    with open(copy / "kernels" / "hashes.py", "a") as file:
        file.write("# changed\n")
    assert cache.digest(copy) != before


def test_the_folder_is_the_users_cache(tmp_path):
    assert folder(XDG_CACHE_HOME=str(tmp_path)) == str(tmp_path / "curate" / "numba" / cache.digest())


def test_a_folder_that_the_user_names_stays(tmp_path):
    assert folder(NUMBA_CACHE_DIR=str(tmp_path)) == str(tmp_path)


def test_an_unwritable_cache_falls_back(tmp_path):
    (tmp_path / "file").write_text("")
    assert "curate-numba-" in folder(XDG_CACHE_HOME=str(tmp_path / "file"))
