"""The tables of docs/benchmarks.md, made of measured rows: `python -m benchmarks.page [--check]`.

A table stands between `<!-- rows FILE PREFIX -->` and `<!-- end -->`: rows of that file whose names begin so, in the
order of the file, without the prefix. Prose is written by hand around them; a test holds tables and rows together.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path

from benchmarks.rows import Row, of_json

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "benchmarks.md"
BLOCK = re.compile(r"(<!-- rows (\w+\.json) ([^\n]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def rendered(text: str, folder: Path = HERE) -> str:
    """`text` with its tables made anew from the rows in `folder`."""

    def block(found: re.Match[str]) -> str:
        listed = json.loads((folder / found[2]).read_text("utf-8"))
        rows = [of_json(row) for row in listed if row["name"].startswith(found[3])]
        return found[1] + markdown(rows, found[3]) + found[4]

    return BLOCK.sub(block, text)


def markdown(rows: list[Row], prefix: str = "") -> str:
    """A table; columns that no row fills are left out."""
    if not rows:
        return "Not measured yet.\n"
    cells = [_cells(row, prefix) for row in rows]
    titles = [title for title in cells[0] if any(row[title] for row in cells)]
    head = f"| {' | '.join(title if at else '' for at, title in enumerate(titles))} |"
    lines = [head, "|---" * len(titles) + "|", *(f"| {' | '.join(row[t] for t in titles)} |" for row in cells)]
    return "\n".join(lines) + "\n"


def _cells(row: Row, prefix: str) -> dict[str, str]:
    value = f"{row.value:,.0f}" if row.value == int(row.value) else f"{row.value:,.5g}"
    beside = f"{row.ratio:,.4g} times {row.reference}" if row.ratio else row.reference or ""
    return {
        "what": row.name.removeprefix(prefix).lstrip(": ,").replace("|", "\\|"),
        "value": f"{value} {row.unit}" if row.unit not in ("share", "yes") else value,
        "n": f"{row.n:,}",
        "95 %": "{:.4g} to {:.4g}".format(*row.interval) if row.interval else "",
        "bar": row.bar or "",
        "holds": {None: "", True: "yes", False: "**no**"}[row.holds],
        "beside": beside,
    }


def write() -> None:
    text = PAGE.read_text("utf-8")
    PAGE.write_text(rendered(text), "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing; exit code 1 if a table is not its rows'")
    if parser.parse_args().check:
        text = PAGE.read_text("utf-8")
        sys.exit(rendered(text) != text)
    write()


if __name__ == "__main__":
    main()
