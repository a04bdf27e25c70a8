"""A worker has one core: libraries that it loads are to start no threads of their own beside it."""

from __future__ import annotations

import os


def one_thread() -> None:
    """For libraries that are loaded after this."""
    for name in ("OMP_NUM_THREADS", "RAYON_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = "1"
