"""The `curate` command: its sub-commands, and what a user sees when one of them fails.

Commands import what they need when they run, so that `--help` answers in a blink. A user's mistake ends in one
sentence; anything else in one sentence and the path of a file that holds the traceback.
"""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from curate.cli import ablate, clean, demo, exclude, explain, models, plan, recipe, run, show, signals, train
from curate.cli.classifier import app as classifier
from curate.cli.failures import report

EPILOG = """
\b
Exit codes
  0    done
  1    unexpected error: a defect
  2    wrong usage or recipe
  3    the run could not finish; the same command continues it
  4    the books do not balance
  130  interrupted; the same command continues
\b
Examples
  curate demo demo/ && curate run demo/recipe.yaml -o corpus
  curate run crawl.warc.gz books/ data.jsonl.zst -o corpus
  curate explain corpus https://example.org/page
"""

app = typer.Typer(
    name="curate",
    help="From raw crawl, code and books to a tokenised pretraining corpus, with every decision on record.",
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
)
app.command("run", epilog=run.EPILOG)(run.run)
app.command("plan", epilog=plan.EPILOG)(plan.plan)
app.add_typer(recipe.app, name="recipe")
app.command("explain", epilog=explain.EPILOG)(explain.explain)
app.command("show", epilog=show.EPILOG)(show.show)
app.command("signals", epilog=signals.EPILOG)(signals.signals)
app.command("demo", epilog=demo.EPILOG)(demo.demo)
app.command("exclude", epilog=exclude.EPILOG)(exclude.exclude)
app.add_typer(classifier.app, name="classifier")
app.add_typer(models.app, name="models")
app.command("ablate", epilog=ablate.EPILOG)(ablate.ablate)
app.command("train", epilog=train.EPILOG)(train.train)
app.command("clean", epilog=clean.EPILOG)(clean.clean)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit. What follows a lone `--` goes to Beam untouched."""
    arguments = sys.argv[1:] if arguments is None else arguments
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    settings: dict[str, Any] = {"beam_args": arguments[cut + 1 :], "traceback": False}
    try:
        app(arguments[:cut], prog_name="curate", obj=settings)
    except Exception as error:
        sys.exit(report(error, show_traceback=settings["traceback"]))


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"curate {version('curate-corpus')}")
        raise typer.Exit()


@app.callback()
def _options(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
    traceback: Annotated[bool, typer.Option("--traceback", help="Show the traceback of any error.")] = False,
) -> None:
    context.obj["traceback"] = traceback
