"""Markup to text: `extract` takes a record of any source to its text, title and rights."""

from curate.extract.extract import Extracted, extract

__all__ = ["Extracted", "extract"]
