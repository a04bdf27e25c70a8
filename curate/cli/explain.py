"""`curate explain`: everything that happened to one document."""

from __future__ import annotations

from typing import Annotated

import typer

EPILOG = """
\b
Examples
  curate explain corpus https://example.org/page
  curate explain corpus 9e3779b97f4a7c15
  curate explain corpus books/moby.txt
"""


def explain(
    corpus: Annotated[str, typer.Argument(help="Folder of a finished run.")],
    what: Annotated[str, typer.Argument(help="A uid, a URL, or the path of a file.")],
) -> None:
    """Tell what happened to one document, and why.

    Where it came from, its signals, what each rule said, its keeper, the lines it lost, where its tokens are.
    """
    import curate
    from curate.errors import UserError

    found = curate.open(corpus).explain(what)
    if not found:
        raise UserError(found.missing)
    typer.echo(found)
