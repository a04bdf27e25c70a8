"""What a document is called where people read of it: its URL, else its file and, in an archive, its place in that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow.compute as pc

COLUMNS = ["url", "path", "member"]


def name_of(document: Mapping[str, Any]) -> str | None:
    return document.get("url") or path_of(document)


def path_of(document: Mapping[str, Any]) -> str | None:
    """`notebooks/a.tar/src/b.py`; of a document that is no member of an archive the path alone."""
    path, member = document.get("path"), document.get("member")
    return f"{path}/{member}" if path and member else path


def has_member(text: str) -> pc.Expression:
    """Documents whose path and member, or the end of them from a folder on, are `text`."""
    whole = pc.binary_join_element_wise(pc.field("path"), pc.field("member"), "/")
    return (whole == text) | pc.ends_with(whole, "/" + text)
