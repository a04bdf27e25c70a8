"""`curate recipe`: list, show and check recipes."""

from __future__ import annotations

from typing import Annotated

import typer

EPILOG = """
\b
Examples
  curate recipe list
  curate recipe show llama3 > mine.yaml
  curate recipe check mine.yaml
  curate recipe hold-out mine.yaml --raw > raw.yaml
"""

app = typer.Typer(
    help="List, show, check and adapt recipes.", epilog=EPILOG, no_args_is_help=True, pretty_exceptions_enable=False
)


@app.command("list", epilog="Example: curate recipe list")
def list_() -> None:
    """The recipes that come with Curate."""
    from curate.recipe import shipped

    recipes = shipped()
    width = max(len(name) for name, _ in recipes) + 2
    for name, meaning in recipes:
        typer.echo(f"{name:<{width}}{meaning}")


@app.command(epilog="Example: curate recipe show llama3 > mine.yaml")
def show(name: Annotated[str, typer.Argument(help="A shipped name, or a file.")]) -> None:
    """A recipe with every default written out, as a file to start from; a shipped one with the remarks at its head."""
    from curate.recipe import load
    from curate.recipe.reading import head

    typer.echo(head(name) + load(name).to_yaml(), nl=False)


@app.command(epilog="Example: curate recipe check mine.yaml (exit code 2 when it is wrong)")
def check(file: Annotated[str, typer.Argument(help="The recipe.")]) -> None:
    """Validate a recipe whole, without reading any data."""
    from curate import extra
    from curate.counted import counted
    from curate.recipe import load

    recipe = load(file)
    rules = counted(len(recipe.rules) + len(recipe.select), "rule")
    typer.echo(f"{file}: right. {counted(len(recipe.sources), 'source')}, {rules}.")
    for warning in [*recipe.warnings(), *extra.missing(recipe.classifiers)]:
        typer.echo(f"! {warning}")


@app.command("hold-out", epilog="Example: curate recipe hold-out mine.yaml > curated.yaml (then: curate ablate -h)")
def hold_out(
    name: Annotated[str, typer.Argument(help="A file, or a shipped name.")],
    share: Annotated[float, typer.Option(min=0.001, max=0.5, help="Share of hosts that is held out.")] = 0.05,
    raw: Annotated[bool, typer.Option("--raw", help="Its raw counterpart: extraction alone, nothing judged.")] = False,
    length: Annotated[int | None, typer.Option(min=2, max=1 << 24, help="Tokens a row, in place of its own.")] = None,
) -> None:
    """A recipe that keeps text of whole hosts out of a corpus, for `curate ablate` to compare corpora on."""
    from curate.holdout import recipes
    from curate.recipe import load

    make = recipes.raw if raw else recipes.held_out
    typer.echo(make(load(name), share, length).to_yaml(), nl=False)
