"""Languages of source files, by name and content: `detect`."""

from curate.code_language.detect import detect

__all__ = ["detect"]
