"""The most memory that a process held since a moment, so that each task, and with it each phase, has its own figure.

`ru_maxrss` never falls: the tasks after a large one would all seem as large. Linux forgets its mark on request
(/proc/self/clear_refs, proc(5)) at the cost of a system call; where that is not to be had, the mark of the process's
whole life has to do.
"""

from __future__ import annotations

import resource
import sys


def forget_peak() -> None:
    """Measure from now on."""
    try:
        with open("/proc/self/clear_refs", "w") as mark:
            mark.write("5")
    except OSError:  # no Linux, or a sandbox: `peak_bytes` then speaks of the process's whole life
        pass


def peak_bytes() -> int:
    """Resident bytes at their most since `forget_peak`."""
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) * 1024
    except (OSError, StopIteration):
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
