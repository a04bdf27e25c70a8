"""Rows of lists that name nothing: a slip of the pen in one looks like compliance, so the run's report tells them.

Which rows matched is worked out from the ledger of `urls`, where each record that went has its address: so no worker
has to hand anything back. Costs one pass over the ledger, in recipes with `exclude` only.
"""

from __future__ import annotations

import json

import pyarrow as pa
import pyarrow.compute as pc

from curate.corpus import detail
from curate.exclusions import NAMED, Exclusions
from pipelines import tables
from pipelines.context import Context
from pipelines.output import put_text

COLUMNS = ["uid", "rule", "detail"]


def write(context: Context) -> None:
    """Leave beside the ledger of `urls` how many rows there are, how many matched nothing, and where the first are."""
    exclusions = Exclusions(context.recipe.exclude)
    for shard in tables.shard_numbers(context):
        look_up(exclusions, tables.read(context, "ledger", shard, "urls", COLUMNS))
    missed = exclusions.unmatched()
    said = {"rows": len(exclusions), "unmatched": len(missed), "first": [entry.place for entry in missed[:NAMED]]}
    put_text(json.dumps(said), context.path("unmatched", 0, ending="json"))


def look_up(exclusions: Exclusions, ledger: pa.Table) -> None:
    """Let the lists see the records that they, or another list, took out before their text was read."""
    rows = ledger.filter(pc.equal(ledger["rule"], "exclude"))
    for uid, said in zip(rows["uid"].to_pylist(), rows["detail"].to_pylist(), strict=True):
        place = detail.read(said)
        exclusions.of(place.url if place else None, uid)
