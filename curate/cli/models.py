"""`curate models`: what models there are, where they come from, and whether they are what they were."""

from __future__ import annotations

from typing import Annotated

import typer

EPILOG = """
\b
Examples
  curate models list
  curate models get distilbert/distilroberta-base
  curate models check
  curate models check recipe.yaml
"""
FOLDER = "models"

app = typer.Typer(
    help="Models by name, licence and digest.", epilog=EPILOG, no_args_is_help=True, pretty_exceptions_enable=False
)


@app.command("list", epilog="Example: curate models list models/ /shared/models")
def list_(
    folders: Annotated[list[str] | None, typer.Argument(help="Where to look for models; models/ if absent.")] = None,
) -> None:
    """The models that Curate knows by name, and those built or got here."""
    from classifiers.models.check import found
    from classifiers.models.known import known

    for model in known():
        pin = f"commit {model.revision[:12]}" if model.revision else f"SHA-256 {next(iter(model.files.values()))[:12]}"
        typer.echo(f"{model.name}\n  {model.what}\n  {model.licence}, {pin}")
    for folder in found(folders or [FOLDER]):
        typer.echo(f"{folder}\n  {_told(folder)}")


@app.command(epilog="Example: curate models get distilbert/distilroberta-base -o models/distilroberta-base")
def get(
    name: Annotated[str, typer.Argument(help="A known model, or org/name@commit of the Hugging Face hub.")],
    output: Annotated[str | None, typer.Option("--output", "-o", help="Its folder; models/<name> if absent.")] = None,
    licence: Annotated[str | None, typer.Option(help="Its licence, where the hub does not state one.")] = None,
) -> None:
    """Download a pinned model: safetensors only, the SHA-256 of every file checked or put on record."""
    from classifiers.models.get import get as download
    from classifiers.models.known import named

    model = named(name)
    folder = output or f"{FOLDER}/{model.name.rsplit('/', 1)[-1]}"
    said = download(model, folder, licence)
    sure = sum(name in model.files for name in said["files"])
    typer.echo(f"{folder}: {model.name} at {said['revision']}, {said['licence']}")
    typer.echo(
        f"  {sure} of {len(said['files'])} files have the SHA-256 that was known of them; that of the others is "
        "on record now, as the hub gave them for this commit"
    )


@app.command(epilog="Example: curate models check recipe.yaml (exit code 2 when one is missing or changed)")
def check(
    paths: Annotated[
        list[str] | None, typer.Argument(help="Models' folders, folders of such, recipes; models/ if absent.")
    ] = None,
) -> None:
    """Hold every file of models against its digest."""
    from classifiers.models.check import check as held
    from classifiers.models.check import found, installed, of_recipe
    from curate.errors import UserError

    findings = list(installed())
    for path in paths or [FOLDER]:
        if path.endswith((".yaml", ".yml")):
            findings += of_recipe(path)
        elif (folders := found([path])) or not paths:
            findings += map(held, folders)
        else:
            findings.append(held(path))
    for finding in findings:
        typer.echo(f"{'wrong' if finding.wrong else 'right'}  {finding.place}  {finding.wrong or finding.what}")
    if wrong := sum(bool(finding.wrong) for finding in findings):
        raise UserError(f"{wrong} of {len(findings)} models {'is' if wrong == 1 else 'are'} not what they should be.")


def _told(folder: str) -> str:
    """One line of a model in a folder: by its card where it was built here."""
    from classifiers.models.check import check as held
    from curate import model_card
    from curate.storage import exists, join

    if not exists(join(folder, model_card.CARD)):
        return held(folder).what or held(folder).wrong
    try:
        card = model_card.read(folder, verify=False)
    except ValueError as why:
        return str(why)
    auc = card.metrics.get("auc")
    measured = f", AUC {auc:.3f}" if isinstance(auc, (int, float)) else ""
    return f"task {card.task}, {card.kind}{measured}; {card.licence}, digest {model_card.digest(folder)[:12]}"
