"""Children that do not run the user's script again.

multiprocessing has each child import the program's main module, for functions that are defined there. A task is named
by its module and never lives there; but a script without `if __name__ == "__main__"` would start its run once more in
every child, and one that was typed into a terminal cannot be imported at all.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_ONE = threading.Lock()  # slots start their children from threads of their own


@contextmanager
def no_main() -> Iterator[None]:
    """While it lasts, a process that is started learns of no main module."""
    main = sys.modules["__main__"]
    with _ONE:
        spec, file = main.__spec__, vars(main).pop("__file__", None)
        main.__spec__ = None
        try:
            yield
        finally:
            main.__spec__ = spec
            if file is not None:
                main.__file__ = file
