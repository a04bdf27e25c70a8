"""MathML's tables to TeX: `aligned` where columns are set right and left by turns, else `matrix`."""

from __future__ import annotations

from collections.abc import Callable

from curate.extract.mathml_tree import Element


def table(element: Element, tex_of_cell: Callable[[Element], str]) -> str:
    rows = [_cells(child, tex_of_cell) for child in element.children if child.name in ("mtr", "mlabeledtr", "tr")]
    if not rows:
        return " ".join(filter(None, map(tex_of_cell, element.children)))
    name = "aligned" if _aligned(element) else "matrix"
    return f"\\begin{{{name}}}" + " \\\\ ".join(" & ".join(cells) for cells in rows) + f"\\end{{{name}}}"


def _cells(row: Element, tex_of_cell: Callable[[Element], str]) -> list[str]:
    cells = row.children[1:] if row.name == "mlabeledtr" else row.children  # the first is the equation's number
    return [tex_of_cell(cell).strip() for cell in cells]


def _aligned(element: Element) -> bool:
    stated = element.attributes.get("columnalign", "").split()
    if not stated:
        first = next((row for row in element.children if row.children), None)
        stated = [cell.attributes.get("columnalign", "") for cell in first.children] if first else []
    return stated[:2] == ["right", "left"] or stated == ["right"]
