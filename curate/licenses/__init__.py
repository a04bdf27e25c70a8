"""Licences by the names of SPDX: of what a page states, of licence texts, of package files, of a file's own header."""

from curate.licenses.expressions import KNOWN, allowed
from curate.licenses.header import of_header
from curate.licenses.metadata import METADATA, of_metadata
from curate.licenses.texts import of_text

__all__ = ["KNOWN", "METADATA", "allowed", "of_header", "of_metadata", "of_text"]
