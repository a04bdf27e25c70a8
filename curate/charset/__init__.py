"""Bytes of unknown encoding to valid text: `decode(body, stated, markup)` -> (text, charset) or None."""

from curate.charset.decoding import decode

__all__ = ["decode"]
