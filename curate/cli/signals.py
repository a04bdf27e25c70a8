"""`curate signals`: what a rule may compare."""

from __future__ import annotations

from typing import Annotated

import typer

EPILOG = """
\b
Examples
  curate signals
  curate signals gopher
  curate signals --plugin mine.py
"""


def signals(
    family: Annotated[str | None, typer.Argument(help="One family only, such as gopher.")] = None,
    plugin: Annotated[list[str] | None, typer.Option(help="A file with signals of your own.")] = None,
) -> None:
    """List the signals that a rule may compare."""
    from curate.errors import UserError
    from curate.signals import declared

    known = declared(tuple(plugin or ()), contamination=True)
    chosen = {name: signal for name, signal in known.items() if family in (None, name.split(".")[0])}
    if not chosen:
        families = ", ".join(sorted({name.split(".")[0] for name in known}))
        raise UserError(f"{family!r} is no family of signals; there are {families}.")
    width = max(map(len, chosen))
    for name in sorted(chosen):
        signal = chosen[name]
        typer.echo(f"{name:<{width}}  {signal.meaning}" + (f" [{signal.unit}]" if signal.unit else ""))
