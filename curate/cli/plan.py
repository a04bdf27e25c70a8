"""`curate plan`: what a run would take at another size, from a calibration on a sample of the user's own input."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pipelines.estimate import Estimate

EPILOG = """
\b
Examples
  curate plan recipe.yaml --input 100TB --cores 2000
  curate plan recipe.yaml --input 100TB --cores 2000 --price-per-core-hour 0.02 --price-per-tb-month 20
  curate plan recipe.yaml --input 1TB --from trial      (a finished run of the same recipe, instead of a new sample)

The sample runs on this machine, on whole hosts or files chosen by hash. Core hours are hours of this machine's cores.
"""
LEAST_SAMPLE = 50_000_000  # bytes; below it the start of processes outweighs the work
HEAD = f"{'phase':<18}{'core hours':>12}{'scratch':>12}{'shuffled':>12}{'objects':>12}"


def plan(
    recipe: Annotated[str, typer.Argument(help="Recipe, whose sources are (a part of) your input.")],
    input: Annotated[str, typer.Option("--input", help="Size of the whole input: 100TB, 2.5e12, 900GB.")],
    cores: Annotated[int, typer.Option(min=1, help="Cores you would use, for the time on the wall.")] = 1000,
    least: Annotated[
        str, typer.Option("--calibrate", help="Bytes of input to calibrate on; all of it where there is less.")
    ] = "64M",
    corpus: Annotated[str | None, typer.Option("--from", help="A finished run to scale instead.")] = None,
    price_per_core_hour: Annotated[float | None, typer.Option(min=0, help="For the price of the computing.")] = None,
    price_per_tb_month: Annotated[float | None, typer.Option(min=0, help="For the price of keeping scratch.")] = None,
) -> None:
    """Estimate what a run takes at another size.

    Core hours, scratch, shuffles, objects, worker memory and price, by phase, scaled from a run of a sample.
    """
    import tempfile

    from curate.recipe import load
    from curate.recipe.quantities import size
    from pipelines.calibration import calibrate, finished
    from pipelines.estimate import estimate
    from pipelines.progress import for_terminal

    loaded, wanted = load(recipe), size(input)
    with tempfile.TemporaryDirectory(prefix="curate-plan-") as scratch:
        context = finished(loaded, corpus) if corpus else calibrate(loaded, scratch, size(least), for_terminal())
        found = estimate(context, wanted)
    typer.echo(page(found, cores, price_per_core_hour, price_per_tb_month))


def page(found: Estimate, cores: int, per_core_hour: float | None, per_tb_month: float | None) -> str:
    """The estimate as a table of at most 80 columns, with what it assumes."""
    lines = [
        f"{_bytes(found.input_bytes)} of input, scaled {found.input_bytes / found.sample_bytes:,.0f} times from "
        f"{_bytes(found.sample_bytes)}",
        "",
        HEAD,
    ]
    for phase in found.phases:
        amounts = f"{phase.core_hours:>12,.1f}{_bytes(phase.scratch_bytes):>12}{_bytes(phase.shuffle_bytes):>12}"
        lines.append(f"{phase.phase:<18}{amounts}{phase.objects:>12,}")
    shuffled = sum(phase.shuffle_bytes for phase in found.phases)
    objects = sum(phase.objects for phase in found.phases)
    lines += [
        f"{'together':<18}{found.core_hours:>12,.1f}{_bytes(found.scratch_bytes):>12}{_bytes(shuffled):>12}{objects:>12,}",
        "",
        f"time on {cores:,} cores     {found.core_hours / cores:,.1f} hours, were no core ever idle",
        f"documents, tokens    {found.documents:,} and {found.tokens:,} in the mix",
        f"products             {_bytes(found.product_bytes)} of text and tokens",
        f"memory of a worker   {_bytes(found.worker_bytes)} at its peak, with the shards of this recipe",
        f"shards of 1 GB       {found.shards:,}",
    ]
    if per_core_hour is not None:
        lines.append(f"price of computing   {found.core_hours * per_core_hour:,.0f} at {per_core_hour} a core hour")
    if per_tb_month is not None:
        lines.append(
            f"price of scratch     {found.scratch_bytes / 1e12 * per_tb_month:,.0f} a month at {per_tb_month} a TB"
        )
    if found.sample_bytes < LEAST_SAMPLE:
        lines.append(
            f"The sample is below {_bytes(LEAST_SAMPLE)}: much of what it took is start-up, so this is too much."
        )
    lines.append("A sample sees few of the copies that the whole has: pairs of near duplicates are under-counted.")
    return "\n".join(lines)


def _bytes(count: float) -> str:
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if abs(count) < 1000:
            return f"{count:,.0f} {unit}" if unit == "B" else f"{count:,.1f} {unit}"
        count /= 1000
    return f"{count:,.1f} PB"
