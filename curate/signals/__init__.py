"""Signals: one number a document, by family. A family is a file here, a plugin is a file of the user's, both alike.

Importing this package imports no numba, so that a recipe can be checked and the command can print its help at once.
"""

from curate.signals._compute import compute
from curate.signals._families import declared
from curate.signals._signal import Signal

__all__ = ["Signal", "compute", "declared"]
