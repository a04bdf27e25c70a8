"""What the supervisor tells on stderr; that nobody can hear it any more must not end a run of weeks."""

from __future__ import annotations

import sys
from contextlib import suppress


def show(text: str) -> None:
    """As it is, at once; nothing where stderr is closed, its reader gone, or its disk full."""
    if sys.stderr is not None:
        with suppress(OSError, ValueError):
            sys.stderr.write(text)
            sys.stderr.flush()
