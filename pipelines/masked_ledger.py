"""The ledger for its readers where the recipe has `pii`: no address in `detail` holds a value of the kinds it names.

A record that `urls` removed was never read, so `detail` is all that says where it lay: path, offset, URL. Its uid is
its identity; the URL is for people, and gives way like text. Likewise the hosts that `hosts` rules name (IP addresses).
What the phases wrote stays in `work/` as it was, as the text there does, so that another `pii` reads nothing again:
only this is written anew, a task a shard.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

import pyarrow as pa

from curate.corpus import detail
from curate.pii import masked_urls
from pipelines import flow, tables
from pipelines.context import Context
from pipelines.runners import Engine

PHASES = ("urls", "filter")  # whose rows name addresses


def write(context: Context, engine: Engine) -> None:
    """Files of the phase `report`, one for each of `PHASES` and shard; none where the recipe replaces nothing."""
    if context.recipe.pii:
        tasks = [(shard, b"") for shard in tables.shard_numbers(context)]
        flow.run(context, engine, tasks, "pipelines.masked_ledger:shard")


def shard(context: Context, number: int, values: list[bytes]) -> Iterator[flow.Element]:
    from pipelines.output import write_table

    pii = context.recipe.pii
    for phase in PHASES if pii else ():
        if pii and tables.has(context, "ledger", number, phase):
            rows = tables.read(context, "ledger", number, phase)
            write_table(masked(rows, pii.replace), path(context, number, phase))
    yield from ()


def path(context: Context, number: int, phase: str) -> str:
    """Of the ledger that is laid out for this shard and phase."""
    if context.recipe.pii and phase in PHASES:
        return context.path(f"ledger_{phase}", number, "report")
    return context.path("ledger", number, phase)


def masked(rows: pa.Table, kinds: Sequence[str]) -> pa.Table:
    """Rows of schemas.LEDGER with tokens in their addresses."""
    said = rows["detail"].to_pylist()
    places = [detail.read(one) for one in said]
    hidden = masked_urls([place.url if place else one for place, one in zip(places, said, strict=True)], kinds)
    shown = [
        detail.write(**dataclasses.asdict(dataclasses.replace(place, url=url))) if place else url
        for place, url in zip(places, hidden, strict=True)
    ]
    at = rows.schema.get_field_index("detail")
    return rows.set_column(at, rows.schema.field(at), pa.array(shown, pa.string()))
