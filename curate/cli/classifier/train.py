"""`curate classifier train`: a model of judged documents, with a card that says how good it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from curate.model_card import Card

EPILOG = """
\b
Examples
  curate classifier train reasoning --labels labels/reasoning --kind fasttext -o models/reasoning
  curate classifier train quality --labels labels/quality --kind distilroberta --base scratch -o models/quality
  curate classifier train my-task.yaml --labels judged.jsonl --kind fasttext --set word_ngrams=3 -o models/mine
\b
Hosts, threads and files (the column `key` of the labels) are split 80 / 10 / 10: the first part is learnt from, the
second chooses epochs, calibration and thresholds, the third only judges. The same labels, settings and seed give the
same model. --base is for distilroberta: a folder, a name that `curate models list` knows or org/name@commit of the
Hugging Face hub, or `scratch`, a small model from random weights.
\b
With balance rare classes weigh as much as frequent ones. A transformer trains for `epochs` at most, ends after
`patience` epochs without a better one on the second part, and keeps the best. precision=bf16 multiplies in bf16, as
auto does on GPUs and CPUs that can; fp32 does nowhere. What --set may change, and the defaults:
"""
YIELDS = (0.1, 0.3, 0.5)


def train(
    task: Annotated[str, typer.Argument(help="A task of Curate (cited, quality, ...) or your own YAML file.")],
    labels: Annotated[str, typer.Option(help="Judged documents: a folder, Parquet or JSONL.", metavar="FOLDER")],
    kind: Annotated[Literal["fasttext", "distilroberta"], typer.Option(help="What to train.")],
    output: Annotated[
        str,
        typer.Option("--output", "-o", help="Folder of the model; one of the same task is replaced.", metavar="FOLDER"),
    ],
    base: Annotated[str | None, typer.Option(help="What distilroberta starts from; scratch if absent.")] = None,
    seed: Annotated[int, typer.Option(min=0, max=(1 << 63) - 1, help="Of the split and of training.")] = 0,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="A setting of training, as name=value.", metavar="NAME=VALUE")
    ] = None,
    device: Annotated[str, typer.Option(help="For distilroberta: auto, cpu or cuda.")] = "auto",
    licence: Annotated[str | None, typer.Option(help="Licence that the card states, as SPDX has it.")] = None,
) -> None:
    """Train a model on judged documents: fastText, or a transformer."""
    from classifiers import labels as judged
    from classifiers.task import load
    from curate import extra
    from curate.errors import UserError

    if kind == "fasttext" and (base is not None or device != "auto"):
        raise UserError("--base and --device are for distilroberta: fastText starts from nothing and runs on the CPU")
    given, asked = _named(settings or []), load(task)
    _refuse_place(output)
    extra.require_to_train(kind)
    found = judged.read(labels, asked)
    typer.echo(f"{task}: {len(found):,} documents of {len(set(found.keys)):,} keys")
    if kind == "fasttext":
        from classifiers.fasttext import train as fasttext

        card = fasttext.train(asked, found, output, seed, given, licence)
    else:
        from classifiers.distilroberta import train as distilroberta

        card = distilroberta.train(
            asked, found, output, seed, given, base or "scratch", device=device, licence=licence, tell=typer.echo
        )
    for line in figures(card, output, len(set(found.keys))):
        typer.echo(line)


def _refuse_place(output: str) -> None:
    """Now, and not after hours of training."""
    import os

    from curate.errors import UserError
    from curate.storage import local_path

    path = local_path(output)
    if path is None:
        return
    above = os.path.abspath(path)
    while not os.path.lexists(above):
        above = os.path.dirname(above)
    if not os.path.isdir(above):
        raise UserError(f"--output {output}: {above} is a file; name another folder")
    if not os.access(above, os.W_OK | os.X_OK):
        raise UserError(f"--output {output}: nothing can be written to {above}; name another folder")


def _named(settings: list[str]) -> dict[str, Any]:
    from curate.errors import UserError

    for setting in settings:
        if "=" not in setting:
            raise UserError(f"--set {setting}: is written name=value, such as --set epochs=5")
    return {name.strip(): value.strip() for name, _, value in (setting.partition("=") for setting in settings)}


def figures(card: Card, folder: str, keys: int) -> list[str]:
    """What the card says of the keys kept for testing, in a few lines; `keys` are those of all labels."""
    from classifiers.estimates import notes, of_all

    told = card.metrics
    said = [*of_all(keys), *notes(told["documents"], told["keys"])]
    return [*_figures(card, folder), *(f"  note: {note}" for note in said)]


def _figures(card: Card, folder: str) -> list[str]:
    from classifiers.estimates import spread

    told = card.metrics
    of = f"{told['documents']:,} documents of {told['keys']:,} keys that it has not seen"
    lines = [f"{folder}: {card.kind} for {card.task}, judged on {of}"]
    if card.multi:
        lines += [f"  accuracy {told['accuracy']:.3f}, macro F1 {told['macro_f1']:.3f}"]
        return [*lines, *(f"    {name:24} F1 {_number(f1)}" for name, f1 in told["f1"].items())]
    low, high = told["auc_interval"]
    lines += [f"  AUC {spread({'value': told['auc'], 'low': low, 'high': high, 'keys': told['keys']})}"]
    lines += [f"  {'best':>6}  {'precision':>9}  {'recall':>6}"]
    for row in told["by_yield"]:
        if row["yield"] in YIELDS:
            lines += [f"  {row['yield']:>6.0%}  {row['precision']:>9.3f}  {row['recall']:>6.3f}"]
    return [*lines, f"  probabilities are {told['calibration_error']:.3f} off on average"]


def _number(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.3f}"
