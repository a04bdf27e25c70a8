"""`curate plan`: what a run would take at another size, from a calibration on a sample of the user's own input."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pipelines.estimate import Estimate, PhaseCost

EPILOG = """
\b
Examples
  curate plan recipe.yaml --input 100TB --cores 2000
  curate plan recipe.yaml --input 100TB --cores 2000 --price-per-core-hour 0.02 --price-per-tb-month 20
  curate plan recipe.yaml --input 1TB --from trial      (a finished run of the same recipe, instead of a new sample)

The sample runs on this machine, on whole hosts or files chosen by hash. Core hours are hours of this machine's cores.
"""
LEAST_SAMPLE = 50_000_000  # bytes; below it the start of processes outweighs the work
LARGE_SHARD = 1_000_000_000
MANY_SHARDS = 100_000
MOST_SHARDS = 1 << 23  # what an id has room for (schemas.identity)
HEAD = ["phase", "core hours", "scratch", "shuffled", "objects", "worker"]


def plan(
    recipe: Annotated[str, typer.Argument(help="Recipe, whose sources are (a part of) your input.")],
    input: Annotated[str, typer.Option("--input", help="Size of the whole input: 100TB, 2.5e12, 900GB.")],
    cores: Annotated[int, typer.Option(min=1, help="Cores you would use, for the time on the wall.")] = 1000,
    least: Annotated[
        str, typer.Option("--calibrate", help="Bytes of input to calibrate on; all of it where there is less.")
    ] = "64M",
    corpus: Annotated[str | None, typer.Option("--from", help="A finished run to scale instead.")] = None,
    price_per_core_hour: Annotated[float | None, typer.Option(min=0, help="For the price of computing.")] = None,
    price_per_tb_month: Annotated[float | None, typer.Option(min=0, help="For the price of keeping scratch.")] = None,
) -> None:
    """Estimate what a run takes at another size.

    Core hours, scratch, shuffles, objects, worker memory and price, by phase, scaled from a run of a sample.
    """
    import tempfile

    from curate.recipe import load
    from pipelines.calibration import calibrate, finished
    from pipelines.estimate import estimate
    from pipelines.progress import for_terminal

    loaded, wanted, sample = load(recipe), _size("--input", input), _size("--calibrate", least)
    with tempfile.TemporaryDirectory(prefix="curate-plan-") as scratch:
        context = finished(loaded, corpus) if corpus else calibrate(loaded, scratch, sample, for_terminal())
        found = estimate(context, wanted)
    typer.echo(page(found, cores, price_per_core_hour, price_per_tb_month))


def _size(option: str, text: str) -> int:
    from curate.errors import UserError
    from curate.recipe.quantities import size

    try:
        return size(text)
    except ValueError:
        raise UserError(f"{option} {text}: write a size such as 100TB, 2.5e12, 900GB or 64M.") from None


def page(found: Estimate, cores: int, per_core_hour: float | None, per_tb_month: float | None) -> str:
    """The estimate as a table of about 100 columns, with what it assumes; what cannot be comes first."""
    scaled = f"scaled {found.input_bytes / found.sample_bytes:,.4g} times from {_bytes(found.sample_bytes)}"
    rows = [
        HEAD + [head for head, _ in _prices(found, per_core_hour, per_tb_month)],
        *(_row(phase.phase, phase, per_core_hour, per_tb_month) for phase in found.phases),
        _row("together", found, per_core_hour, per_tb_month),
    ]
    return "\n".join(
        [
            *_impossible(found),
            f"{_bytes(found.input_bytes)} of input, {scaled}",
            "",
            *_table(rows),
            "",
            *_amounts(found, cores),
            *_remarks(found),
        ]
    )


def _impossible(found: Estimate) -> list[str]:
    if found.shards <= MOST_SHARDS:
        return []
    most = f"a corpus has at most {MOST_SHARDS:,} shards, and this needs {found.shards:,}"
    return [f"Cannot run so: {most}. Name a larger shards.target.", ""]


def _row(
    name: str, amounts: PhaseCost | Estimate, per_core_hour: float | None, per_tb_month: float | None
) -> list[str]:
    """A phase, or all: `worker` is then the largest, the rest are sums."""
    sizes = [_bytes(size) for size in (amounts.scratch_bytes, amounts.shuffle_bytes)]
    worker = _bytes(amounts.worker_bytes) if amounts.worker_bytes else "-"
    prices = [f"{price:,.2f}" for _, price in _prices(amounts, per_core_hour, per_tb_month)]
    return [name, _hours(amounts.core_hours), *sizes, f"{amounts.objects:,}", worker, *prices]


def _table(rows: list[list[str]]) -> list[str]:
    """Numbers to the right, each column as wide as its widest cell and two spaces from the next."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join([row[0].ljust(widths[0]), *(cell.rjust(n) for cell, n in zip(row[1:], widths[1:], strict=True))])
        for row in rows
    ]


def _prices(
    amounts: PhaseCost | Estimate, per_core_hour: float | None, per_tb_month: float | None
) -> list[tuple[str, float]]:
    """(head of the column, price) of what has a price: computing, and a month of scratch."""
    computing = [("computing", amounts.core_hours * per_core_hour)] if per_core_hour is not None else []
    scratch = [("a month", amounts.scratch_bytes / 1e12 * per_tb_month)] if per_tb_month is not None else []
    return computing + scratch


def _amounts(found: Estimate, cores: int) -> list[str]:
    return [
        f"time on {cores:,} cores     {_hours(found.core_hours / cores)} hours, were no core ever idle",
        f"documents, tokens    {found.documents:,} and {found.tokens:,} in the mix",
        f"products             {_bytes(found.product_bytes)} of text and tokens",
        f"memory of a worker   {_bytes(found.worker_bytes)} at its peak, in tasks of this recipe's shards",
        f"shards               {found.shards:,} of {_bytes(found.shard_bytes)} (shards.target)",
    ]


def _remarks(found: Estimate) -> list[str]:
    told = ["A sample sees few of the copies that the whole has: pairs of near duplicates are under-counted."]
    if found.sample_bytes < LEAST_SAMPLE:
        told.append(f"The sample is below {_bytes(LEAST_SAMPLE)}: much of it is start-up, so this is too much.")
    if found.sample_bytes / found.sample_shards < found.shard_bytes / 2:
        told.append("The sample's shards were below half of shards.target: workers will need more memory than this.")
    if MANY_SHARDS < found.shards <= MOST_SHARDS and found.shard_bytes < LARGE_SHARD:
        fewer = found.objects * found.shard_bytes // LARGE_SHARD
        needed = f"Above {MANY_SHARDS:,} shards a run needs shards: {{target: 1G}}"
        told.append(f"{needed}: about {fewer:,} objects, larger workers.")
    return told


def _hours(hours: float) -> str:
    return f"{hours:,.1f}" if hours >= 10 else f"{hours:.4f}"


def _bytes(count: float) -> str:
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if abs(count) < 1000:
            return f"{count:,.0f} {unit}" if unit == "B" else f"{count:,.1f} {unit}"
        count /= 1000
    return f"{count:,.1f} PB"
