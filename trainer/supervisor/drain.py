"""Leaving on request: SIGTERM asks a rank to finish its step, save, and end with `EXIT_CODE`.

Cluster managers send SIGTERM some time before they take a machine away. A signal reaches the ranks at different
moments, so no rank may act on its own flag: the loop adds up the flags of all ranks once a step, and all leave at the
same step or none does. This module gives the flag of one rank.

`EXIT_CODE` is that of the supervisor too: nothing failed, all is saved, the same command continues. It is 75, which
sysexits.h calls a temporary failure that one is invited to retry.
"""

from __future__ import annotations

import signal
from types import FrameType

EXIT_CODE = 75

_heard = False


def listen() -> None:
    """From now on SIGTERM sets the flag. Call it in the main thread, before anything slow.

    SIGINT is left to the supervisor where there is one: ranks are not in the terminal's group of processes.
    """
    signal.signal(signal.SIGTERM, _hear)


def requested() -> bool:
    """Whether this rank was asked to leave. Ranks must agree before they act on it."""
    return _heard


def _hear(number: int, frame: FrameType | None) -> None:
    global _heard
    _heard = True
