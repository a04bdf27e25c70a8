"""`curate demo`: an input with planted faults, made from what every Python installation carries."""

from __future__ import annotations

from typing import Annotated

import typer

EPILOG = """
\b
Examples
  curate demo demo/
  curate run demo/recipe.yaml -o corpus
  curate demo demo/ --check corpus
"""


def demo(
    folder: Annotated[str, typer.Argument(help="Where the input and its recipe go.")],
    scale: Annotated[
        float, typer.Option(min=0.05, max=1000, help="1 is about 2,000 records; above it, articles in shuffled words.")
    ] = 1,
    check: Annotated[str | None, typer.Option(help="A corpus made from it: which plants were found.")] = None,
) -> None:
    """Make a small input with planted faults.

    Pages, books and code from this Python installation, with planted copies, spam and broken files; with --check, a
    table of what a run made of the plants.
    """
    if check is None:
        from curate.demo import make
        from curate.demo.vocabulary import add_vocabulary

        make(folder, scale=scale)
        add_vocabulary(folder)
        typer.echo(f"{folder} is ready. Next: curate run {folder.rstrip('/')}/recipe.yaml -o corpus")
        return
    from curate.demo import check as compare

    typer.echo(compare(folder, check))
