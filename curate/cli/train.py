"""`curate train`: a model from a corpus's token shards, through faults."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from curate.errors import UserError

EPILOG = """
\b
Examples
  curate train demo -o trained --ranks 2
  curate train llama3-8b --set corpus=runs/web --plan --nodes 64 --ranks 8
  curate train training.yaml -o run --ranks 2 --set rate.peak=1e-3
  curate train training.yaml -o /shared/run --nodes 4 --node-rank 0 --rendezvous host0:29500
\b
The recipe names corpora (finished runs of `curate run`), a model and the stages of training; demo, llama3-8b and
llama3-405b come along, and --set corpus=FOLDER says where the corpus is. docs/training.md tells of every field.
The same command continues a run that was stopped or killed: the weights at its end are those of an
undisturbed one. SIGTERM and Ctrl-C save first. A rank that dies or stands still is restarted from the last checkpoint.
\b
In the run's folder: index.html (curves, throughput, MFU, events), metrics.jsonl, events.jsonl, checkpoints/.
"""


def train(
    recipe: Annotated[str, typer.Argument(help="A YAML file, or a recipe that comes along.")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Folder of the run; one that stands is continued.", metavar="FOLDER"),
    ] = None,
    plan: Annotated[bool, typer.Option("--plan", help="Only say what would be done, and whether it could be.")] = False,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="Change a field of the recipe.", metavar="NAME=VALUE")
    ] = None,
    kernels: Annotated[
        str | None,
        typer.Option(
            help="auto, triton or reference; or by name (docs/training.md has them): rope=reference,swiglu=triton.",
            metavar="WAYS",
        ),
    ] = None,
    ranks: Annotated[
        int | None, typer.Option(min=1, help="Processes on this machine; one for each GPU if absent.")
    ] = None,
    stages: Annotated[int | None, typer.Option(min=1, help="End after so many of the recipe's stages.")] = None,
    nodes: Annotated[int, typer.Option(min=1, help="Machines that train together.")] = 1,
    node_rank: Annotated[int, typer.Option(min=0, help="Which of them this is.")] = 0,
    rendezvous: Annotated[str | None, typer.Option(help="Where they meet: at the first.", metavar="HOST:PORT")] = None,
) -> None:
    """Train a Llama 3 model on the token shards of finished runs."""
    from curate.cli.trained import told
    from trainer.launch import Nodes, launch, planned, with_kernels

    if output is None and not plan:
        raise UserError("--output: name the folder of the run, or ask for --plan")
    with told():
        changes = with_kernels(settings or [], kernels)
        if plan:
            typer.echo("\n".join(planned(recipe, changes, ranks, nodes, stages)))
            return
        assert output is not None
        code = launch(recipe, output, changes, ranks, Nodes(nodes, node_rank, rendezvous), stages)
    raise typer.Exit(code)
