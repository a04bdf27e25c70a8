"""`curate classifier evaluate`: how good a model is, on one page."""

from __future__ import annotations

from typing import Annotated

import typer

EPILOG = """
\b
Examples
  curate classifier evaluate models/reasoning --labels labels/reasoning -o reasoning.html
  curate classifier evaluate models/adult --labels labels/adult -o adult.html --bias madlibs.csv.gz
  curate classifier evaluate models/quality --labels labels/of-another-corpus --all -o quality.html
  curate classifier evaluate models/mine --labels labels/mine --task my-task.yaml -o mine.html

Judged on documents whose keys (hosts, sites, threads) the model was not trained on. The page needs nothing else to be
read; beside it lies the same as JSON (reasoning.json). --bias takes a CSV of sentences with columns Text and Label
(BAD, NOT_BAD) as of Dixon et al. 2018, and asks
whether terms for who people are raise the score.
"""


def evaluate(
    model: Annotated[str, typer.Argument(help="Folder of the model.")],
    labels: Annotated[str, typer.Option(help="Judged documents: a folder or file.", metavar="FOLDER")],
    out: Annotated[str, typer.Option("--out", "-o", help="The page to write.", metavar="FILE.html")],
    task: Annotated[
        str | None, typer.Option(help="File of the task, where it is your own.", metavar="FILE.yaml")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Judge by all labels: the model was trained on none of their keys.")
    ] = False,
    bias: Annotated[str | None, typer.Option(help="CSV of sentences with identity terms.", metavar="FILE")] = None,
    device: Annotated[str, typer.Option(help="For a transformer: auto, cpu or cuda.")] = "auto",
) -> None:
    """Measure a model on documents it has not seen: one HTML page, and a short table here."""
    from classifiers import labels as judged
    from classifiers.evaluate import beside, terminal
    from classifiers.evaluate import evaluate as measure
    from classifiers.task import of_model
    from curate import model_card
    from curate.errors import UserError
    from curate.storage import join

    if not out.endswith(".html"):
        raise UserError(f"--out {out}: is the page to write; its name ends in .html")
    card = model_card.read(model, verify=False)
    if card.kind == "cascade":
        raise UserError(f"{model}: is a cascade; evaluate {join(model, 'fast')} and {join(model, 'slow')} in it apart")
    asked = of_model(model, card.task, task)
    found = measure(model, judged.read(labels, asked), out, everything=everything, bias=bias, device=device)
    for line in terminal.lines(found):
        typer.echo(line)
    typer.echo(f"{out} (and {beside(out)})")
