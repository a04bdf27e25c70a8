"""What a run did: audit.json for machines, index.html for people, a receipt for the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def audit(folder: str | Path, keys: dict[str, str] | None = None) -> dict[str, Any]:
    """The books of the run in `folder`; see `curate.report.books`."""
    from curate.report import books

    return books.audit(folder, keys)


def write(folder: str | Path, keys: dict[str, str] | None = None) -> dict[str, Any]:
    """Write report/audit.json and report/index.html; the same bytes for the same run. Returns the audit."""
    from curate.report import books, page

    audited = books.audit(folder, keys)
    target = Path(folder) / "report"
    target.mkdir(exist_ok=True)
    (target / "audit.json").write_text(books.to_json(audited), "utf-8")
    (target / "index.html").write_text(page.render(audited), "utf-8")
    return audited


def receipt(audited: dict[str, Any], folder: str | Path = "corpus") -> str:
    """In, removed by each rule, kept, tokens by category, where things are: at most 100 columns of plain text."""
    from curate.report import terminal

    return terminal.receipt(audited, str(folder))
