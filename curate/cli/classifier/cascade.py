"""`curate classifier cascade`: two models as one, the slow one for what the fast one is unsure of."""

from __future__ import annotations

from typing import Annotated

import typer

EPILOG = """
\b
Example
  curate classifier train reasoning --labels labels/reasoning --kind fasttext -o models/fast
  curate classifier train reasoning --labels labels/reasoning --kind distilroberta -o models/slow
  curate classifier cascade models/fast models/slow --labels labels/reasoning -o models/reasoning

Name models/reasoning in a recipe like any other model. Which fast scores go to the slow model is worked out for each
corpus and cut, so that at most 1 % of the decisions differ from those of the slow model on all documents.
"""


def cascade(
    fast: Annotated[str, typer.Argument(help="Folder of the model that scores all documents.")],
    slow: Annotated[str, typer.Argument(help="Folder of the model that scores those the first is unsure of.")],
    labels: Annotated[str, typer.Option(help="Labels that both were trained on: a folder or file.", metavar="FOLDER")],
    out: Annotated[str, typer.Option("--out", "-o", help="Folder of the cascade.", metavar="FOLDER")],
    task: Annotated[
        str | None, typer.Option(help="File of the task, where it is your own.", metavar="FILE.yaml")
    ] = None,
    agreement: Annotated[float, typer.Option(help="Share of decisions, for the lines that this prints.")] = 0.99,
    device: Annotated[str, typer.Option(help="For the slow model: auto, cpu or cuda.")] = "auto",
) -> None:
    """Make a cascade of two models, and say what share of documents reaches the second."""
    from classifiers import labels as judged
    from classifiers.cascade import Joint, build, too_few
    from classifiers.cascade.folder import SHARES, told
    from classifiers.task import of_model
    from curate import model_card
    from curate.counted import counted
    from curate.errors import UserError

    if not 0 < agreement <= 1:
        raise UserError(f"--agreement {agreement:g}: is a share above 0 and at most 1, such as 0.99")
    asked = of_model(slow, model_card.read(slow, verify=False).task, task)
    card = build(fast, slow, judged.read(labels, asked), out, device)
    held_out = counted(card.data["rows"], "label")
    typer.echo(f"{out}: a cascade for {card.task}, by {held_out} of keys that neither model was trained on")
    seen = Joint.of_json(card.settings["joint"])
    if why := too_few(seen, seen.fast_counts, agreement):
        typer.echo(why)
        return
    for share in SHARES:
        there = told(seen, share, agreement)
        typer.echo(
            f"  best {share:.0%} kept: {there.sent:.1%} sent to the slow model, {1 - there.differing:.2%} of decisions "
            f"as with it on all, at least {1 - there.bound:.2%} with 95 % confidence"
        )
