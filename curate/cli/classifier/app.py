"""`curate classifier`: its commands, in the order in which they are used."""

from __future__ import annotations

import typer

from curate.cli.classifier import annotate, cascade, evaluate, train
from curate.cli.classifier.defaults import WithDefaults

EPILOG = """
\b
Examples
  curate classifier annotate reasoning corpus -o labels/reasoning --endpoint http://localhost:8000/v1 --model llama
  curate classifier train reasoning --labels labels/reasoning --kind fasttext -o models/reasoning
  curate classifier evaluate models/reasoning --labels labels/reasoning -o reasoning.html
"""

app = typer.Typer(
    help="Judge a sample, train a model, evaluate it, use it.",
    epilog=EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command("annotate", epilog=annotate.EPILOG)(annotate.annotate)
app.command("train", epilog=train.EPILOG, cls=WithDefaults)(train.train)
app.command("cascade", epilog=cascade.EPILOG)(cascade.cascade)
app.command("evaluate", epilog=evaluate.EPILOG)(evaluate.evaluate)
