"""`curate show`: examples of what was removed by a rule, or kept."""

from __future__ import annotations

from typing import Annotated

import typer

EPILOG = """
\b
Examples
  curate show corpus --removed-by "gopher.words < 50" -n 5
  curate show corpus --kept
"""


def show(
    corpus: Annotated[str, typer.Argument(help="Folder of a finished run.")],
    removed_by: Annotated[str | None, typer.Option(help="Name of a rule, as in the report.")] = None,
    kept: Annotated[bool, typer.Option("--kept", help="Documents that stayed.")] = False,
    number: Annotated[int, typer.Option("-n", "--number", min=1, help="How many.")] = 5,
) -> None:
    """Print documents that a rule removed, or that stayed."""
    from curate.errors import UserError

    if kept == (removed_by is not None):
        raise UserError("choose one of --removed-by RULE and --kept; the report lists the rules.")
    import curate

    typer.echo(curate.open(corpus).show(removed_by=removed_by, n=number))
