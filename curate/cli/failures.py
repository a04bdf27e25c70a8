"""What a failed command says, and its exit code.

Expected is what our own code raised on purpose: a `UserError`, a `ValueError` raised in one of our modules, a file that
is not there or cannot be read, a full disk. A ValueError from inside a library is a defect, and is reported as one.
"""

from __future__ import annotations

import errno
import sys
import tempfile
import traceback
from pathlib import Path

from curate.errors import RunStopped, UserError
from curate.storage import StorageError

OURS = ("curate", "classifiers", "pipelines", "schemas")
FULL = (errno.ENOSPC, errno.EDQUOT)


def report(error: BaseException, show_traceback: bool = False) -> int:
    """Print what went wrong to stderr; the exit code."""
    for cause in _chain(error):
        if expected := _expected(cause):
            sentence, code = expected
            if show_traceback:
                traceback.print_exception(error)
            print(f"curate: {sentence}", file=sys.stderr)
            return code
    return _unexpected(error, show_traceback)


def _chain(error: BaseException) -> list[BaseException]:
    """The error, and what a task of another process says that it was caused by (`TaskFailed.cause`)."""
    cause = getattr(error, "cause", None)
    return [error, cause] if isinstance(cause, BaseException) else [error]


def _expected(error: BaseException) -> tuple[str, int] | None:
    if isinstance(error, UserError):
        return str(error), error.exit_code
    if isinstance(error, OSError) and error.errno in FULL:
        where = f" ({error.filename})" if error.filename else ""
        return (
            f"the disk is full{where}. Make room, then run the same command again: it continues.",
            RunStopped.exit_code,
        )
    if isinstance(error, FileNotFoundError) and "temporary directory" in str(error):  # as tempfile says it
        return (
            "no folder for temporary files can be written to. Make room in one and name it in the environment as "
            "TMPDIR, then run the same command again: it continues.",
            RunStopped.exit_code,
        )
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {(error.strerror or type(error).__name__).lower()}.", UserError.exit_code
    if isinstance(error, StorageError):
        return f"{error}. If the address is right, run the same command again: it continues.", RunStopped.exit_code
    if isinstance(error, ValueError) and _raised_by_us(error):
        return str(error), UserError.exit_code
    return None


def _raised_by_us(error: BaseException) -> bool:
    """Whether its class or its raise statement is in this project."""
    if type(error).__module__.split(".")[0] in OURS:
        return True
    frames = traceback.extract_tb(error.__traceback__)
    root = Path(__file__).parents[2]
    return bool(frames) and any(Path(frames[-1].filename).is_relative_to(root / package) for package in OURS)


def _unexpected(error: BaseException, show_traceback: bool) -> int:
    text = "".join(traceback.format_exception(error)) + str(getattr(error, "report", ""))
    sentence = f"curate: unexpected {type(error).__name__}: {_first_line(error)}"
    if show_traceback:
        print(f"{text}\n{sentence}", file=sys.stderr)
        return 1
    print(f"{sentence}\nThis is a defect; its traceback is {_kept(text)}", file=sys.stderr)
    return 1


def _kept(text: str) -> str:
    """Where a traceback is: in a file, or right here where none can be written."""
    try:
        with tempfile.NamedTemporaryFile("w", prefix="curate-traceback-", suffix=".txt", delete=False) as file:
            file.write(text)
    except OSError:
        return f"this, since no file could be written:\n{text}"
    return f"in {file.name}"


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or ["no message"])[0]
