"""`curate run`: input files or a recipe to a finished corpus."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from curate.recipe import Recipe

EPILOG = """
\b
Examples
  curate run crawl.warc.gz books/ data.jsonl.zst -o corpus
  curate run recipe.yaml -o corpus --sample 1%
  curate run recipe.yaml -o gs://bucket/corpus --engine portable --job-endpoint host:8099 -- --parallelism=64

What follows a lone -- goes to Beam. The same command again continues a run that was stopped, and redoes only what a
changed recipe touches.

Exit codes: 0 done, 2 wrong usage or recipe, 3 could not finish and can continue, 4 the books do not balance, 130
interrupted.
"""


def run(
    context: typer.Context,
    inputs: Annotated[list[str], typer.Argument(help="One recipe (.yaml), or files and folders of data.")],
    output: Annotated[str, typer.Option("--output", "-o", help="Folder of the corpus, local or fsspec.")],
    sample: Annotated[
        str | None, typer.Option(help="Share of the input to take, by whole hosts or files: 1% or 0.01.")
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; all cores when absent.")] = None,
    engine: Annotated[str, typer.Option(help="local, or portable: any Beam runner behind a job endpoint.")] = "local",
    job_endpoint: Annotated[
        str | None, typer.Option(help="Address of the portable job service; `embed` to try it here.")
    ] = None,
    accelerator: Annotated[
        str | None,
        typer.Option(help="Resource hint of the step that runs transformers, and of no other: type:nvidia-l4;count:1"),
    ] = None,
    scratch: Annotated[str | None, typer.Option(help="Folder for temporary files.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print which phases would run, and why; run none.")
    ] = False,
    log_json: Annotated[bool, typer.Option("--log-json", help="Progress as JSON lines on stderr.")] = False,
    force_unlock: Annotated[
        bool, typer.Option("--force-unlock", help="Take over the folder from a run that is dead.")
    ] = False,
) -> None:
    """Make a corpus of files or a recipe, every decision on record."""
    recipe = _recipe(inputs, sample)
    for warning in recipe.warnings():
        typer.echo(f"! {warning}", err=True)
    from pipelines.progress import for_terminal
    from pipelines.run import Options, curate

    options = Options(
        workers=workers,
        engine=engine,
        job_endpoint=job_endpoint,
        accelerator=accelerator,
        scratch=scratch,
        beam_args=context.obj["beam_args"],
        progress=for_terminal(log_json),
        dry_run=dry_run,
        force_unlock=force_unlock,
    )
    try:
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # a scheduler's request is Ctrl-C by other means
        result = curate(recipe, output, options)
    except KeyboardInterrupt:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        typer.echo("\ncurate: interrupted. The same command continues where it stood.", err=True)
        raise typer.Exit(130) from None
    typer.echo(result.receipt)


def _recipe(inputs: list[str], sample: str | None) -> Recipe:
    """The one recipe among `inputs`, or the default recipe over them."""
    from curate.errors import UserError
    from curate.recipe import load, of_inputs
    from curate.recipe.sampled import sampled

    is_recipe = [path.endswith((".yaml", ".yml")) for path in inputs]
    if any(is_recipe) and len(inputs) > 1:
        raise UserError("give one recipe, or files of data, not both: name the files in the recipe's sources.")
    recipe = load(inputs[0]) if is_recipe[0] else of_inputs(inputs)
    if not recipe.sources:
        raise UserError(
            f"{inputs[0]} names no sources, so there is nothing to read. Add, for example:\n"
            "  sources:\n    - {paths: [crawl.warc.gz, books/]}"
        )
    return recipe if sample is None else sampled(recipe, share(sample))


def share(text: str) -> float:
    """`1%` or `0.01` as a number in (0, 1]."""
    from curate.errors import UserError

    try:
        value = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        value = 0.0
    if not 0 < value <= 1:
        raise UserError(f"--sample {text}: write a share above 0 and up to 100%, for example 1% or 0.01.")
    return value
