"""The processes of a run load this Curate, wherever the user stands."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCRIPT = """
from pipelines.workers import Pool, Task
pool = Pool(1)
print(pool.submit(Task("tests.pipelines.deadly_tasks:says_who", None, 7, [])).result()[0][0])
pool.close()
"""


def test_folders_of_the_user_that_are_named_as_ours_are_not_loaded(tmp_path: Path) -> None:
    command, here = tmp_path / "bin" / "run.py", tmp_path / "here"
    for folder in (command.parent, here / "pipelines", here / "curate"):
        folder.mkdir(parents=True)
    for package in ("pipelines", "curate"):
        (here / package / "__init__.py").write_text("raise SystemExit('loaded from the current folder')")
    command.write_text(SCRIPT)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    made = subprocess.run([sys.executable, str(command)], cwd=here, env=environment, capture_output=True, text=True)
    assert (made.stdout, made.stderr) == ("7\n", "")
