"""Compiled loops over the bytes of a whole batch of texts. Importing this package does not import numba."""

import time


def warm() -> bool:
    """Compile, or load from the cache, every kernel that signals and shingles use; True if it had to compile.

    The first run on a machine compiles for some seconds; whoever runs it should be told, so the run calls this first.
    """
    import pyarrow as pa

    from curate.kernels import jit
    from curate.kernels.words import shingle_units
    from curate.signals import compute

    texts = pa.array(["warm up\n\nA line, and the line."], pa.large_string())
    before = jit.compilations()
    shingle_units(texts)
    compute(pa.table({"text": texts}))
    return jit.compilations() > before


def seconds_to_warm() -> float:
    """CPU seconds that `warm` takes now: the benchmark's figure."""
    start = time.process_time()
    warm()
    return time.process_time() - start
