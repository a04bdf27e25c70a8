"""What the fork server loads once, so that its children begin with it: libraries and compiled kernels.

Without it each child pays three seconds of imports and of reading kernels from their cache, on a machine of 64 cores
for every one of them. A fork is safe here: nothing that has been loaded leaves a thread behind but jemalloc's, which
looks after itself, and a test holds that. Whatever fails to load is loaded, or fails with a reason, in the child.
"""

from __future__ import annotations

import contextlib
import gc
import signal

from pipelines.one_thread import one_thread

signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent ends us
one_thread()

with contextlib.suppress(Exception):
    import pyarrow.compute
    import pyarrow.parquet  # noqa: F401

    import pipelines.tables  # noqa: F401
    from curate.warm import warm

    warm()
gc.freeze()  # what is here stays here: the children's collector need not walk it, nor copy its pages
