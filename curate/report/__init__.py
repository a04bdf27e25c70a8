"""What a run did: audit.json for machines, index.html for people, a receipt for the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from curate.storage import join, write_bytes


def audit(folder: str | Path, keys: dict[str, str] | None = None) -> dict[str, Any]:
    """The books of the run in `folder`; see `curate.report.books`."""
    from curate.report import books

    return books.audit(folder, keys)


def write(folder: str | Path, keys: dict[str, str] | None = None) -> dict[str, Any]:
    """Write report/audit.json and report/index.html; the same bytes for the same run. Returns the audit."""
    from curate.report import books, page

    audited = books.audit(folder, keys)
    write_bytes(books.to_json(audited).encode(), join(str(folder), "report", "audit.json"))
    write_bytes(page.render(audited).encode(), join(str(folder), "report", "index.html"))
    return audited


def receipt(audited: dict[str, Any], folder: str | Path = "corpus") -> str:
    """In, removed by each rule, kept, tokens by category, where things are: at most 100 columns of plain text."""
    from curate.report import terminal

    return terminal.receipt(audited, str(folder))
