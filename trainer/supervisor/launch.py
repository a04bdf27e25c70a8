"""What stands between supervisor and child: asks Linux to kill the child when the supervisor dies, then becomes it.

Run as a script, `python -I -S launch.py SUPERVISOR_PID COMMAND...`: a `preexec_fn` would do the same without another
start of Python (15 ms), but is not safe in a process that has threads. The request outlives exec. Where the system
knows no such request, the child of a supervisor that was killed goes on.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def through(command: list[str]) -> list[str]:
    """`command` by way of this script."""
    return [sys.executable, "-I", "-S", __file__, str(os.getpid()), *command]


def main() -> None:
    supervisor, command = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != supervisor:  # it died before we asked
            sys.exit(1)
    try:
        os.execvp(command[0], command)
    except OSError as error:
        sys.exit(f"{command[0]}: cannot be started ({error.strerror})")


if __name__ == "__main__":
    main()
