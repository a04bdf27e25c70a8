"""Jupyter notebooks (nbformat 3 and 4) to text: cells in order, outputs, metadata and attachments off.

Markdown cells stand as they are, code cells between fences that name the notebook's language, so that both keep every
letter, magics (`%timeit`, `!pip`) included, and a reader sees which is which in any language. (The percent format puts
a comment mark before each line of prose.) A fence is longer than any run of backquotes in its cell. Raw cells, which
are for converters, are text; headings of nbformat 3 get their signs. A notebook without a cell is empty.

Untrusted JSON: the standard parser, whose depth is bounded, on a body that `extract.max_bytes` bounds. Costs what
`json.loads` does, 100 MB/s of which most are pictures.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from curate.sources.record import OK, clean

BROKEN = "broken_notebook"


def text(markup: str) -> tuple[str, str]:
    """(text, status): ok, or `broken_notebook` where this is no JSON of a notebook."""
    try:
        notebook = json.loads(markup.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return "", BROKEN
    cells = _cells(notebook)
    if cells is None:
        return "", BROKEN
    language = _language(notebook)
    written = [body for cell in cells if isinstance(cell, dict) and (body := _written(cell, language))]
    return "\n\n".join(written) + ("\n" if written else ""), OK


def _cells(notebook: object) -> list[object] | None:
    """nbformat 4 has `cells`, 3 and before have them in worksheets."""
    if not isinstance(notebook, dict):
        return None
    if isinstance(notebook.get("cells"), list):
        return list(notebook["cells"])
    sheets = notebook.get("worksheets")
    if not isinstance(sheets, list):
        return None
    return [cell for sheet in sheets if isinstance(sheet, dict) for cell in _list(sheet.get("cells"))]


def _written(cell: dict[str, object], language: str) -> str:
    kind = cell.get("cell_type")
    body = _source(cell.get("input" if kind == "code" and "source" not in cell else "source"))
    if not body.strip():
        return ""
    if kind == "code":
        fence = "`" * max([3, *(len(run) + 1 for run in re.findall(r"`{3,}", body))])
        stated = cell.get("language")
        return f"{fence}{stated if isinstance(stated, str) and stated.isidentifier() else language}\n{body}\n{fence}"
    level = cell.get("level")
    if kind == "heading" and isinstance(level, int) and 1 <= level <= 6:
        return "#" * level + " " + body
    return body


def _source(stated: object) -> str:
    """A string, or a list of its lines."""
    lines = [stated] if isinstance(stated, str) else [line for line in _list(stated) if isinstance(line, str)]
    return (clean("".join(lines)) or "").rstrip("\n")


def _language(notebook: dict[str, object]) -> str:
    """What the kernel speaks: language_info (4), kernelspec; Python where nothing is stated, as it was in 3."""
    for name, key in _stated(notebook.get("metadata")):
        if isinstance(name, dict) and isinstance(name.get(key), str) and re.fullmatch(r"[\w.+#-]{1,40}", name[key]):
            return str(name[key]).lower()
    return "python"


def _stated(metadata: object) -> Iterator[tuple[object, str]]:
    if isinstance(metadata, dict):
        yield metadata.get("language_info"), "name"
        yield metadata.get("kernelspec"), "language"


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
