"""The two decorators of all kernels. Importing this module imports numba, after its cache has been pointed somewhere.

`kernel` is what Python calls: cached on disk, and without the interpreter's lock. `inner` is what kernels call.
Neither checks array bounds: tests do, with NUMBA_BOUNDSCHECK=1.
"""

from collections.abc import Callable
from typing import Any

from curate.kernels.cache import prepare

prepare()

import numba  # noqa: E402  (its cache folder must be set first)
from numba.core import entrypoints  # noqa: E402

# numba would import what other packages register with it before it compiles or loads anything; for us that is awkward,
# which gigatoken brings: as long as numba's own import, in every process, and no kernel here takes its arrays.
entrypoints._already_initialized = True

_KERNELS: list[Any] = []
inner = numba.njit(nogil=True)
# An `inner` that may not stay a call: an array is seven arguments, and passing a dozen can cost more than the work.
inlined = numba.njit(nogil=True, forceinline=True)


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile `function` at its first call; later processes load it from the cache."""
    compiled = numba.njit(nogil=True, cache=True)(function)
    _KERNELS.append(compiled)
    return compiled


def compilations() -> int:
    """How many kernels of this process were compiled and not loaded from the cache."""
    return sum(sum(k.stats.cache_misses.values()) for k in _KERNELS)
