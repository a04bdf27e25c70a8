"""The errors that are a user's to mend: one sentence that names what was wrong, where, and the next thing to do.

Each carries the exit code of the command that it ends. `curate.cli` prints the sentence and no traceback.
"""


class UserError(Exception):
    """Wrong usage, a wrong recipe, a missing file."""

    exit_code = 2


class RunStopped(UserError):
    """A run that could not finish; the same command continues where it stood."""

    exit_code = 3


class BooksDoNotBalance(UserError):
    """In differs from kept + removed. Never the user's fault, and never to be passed over."""

    exit_code = 4
