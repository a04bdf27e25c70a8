"""report: the books of the run, added up and held to balance; and the finished corpus laid out for its readers.

`text/`, `tokens/`, `ledger/` become links to (or copies of) what the phases wrote, so they cost nothing and `curate
clean` may drop `work/`. `manifest.json` lists every product file with its SHA-256 under one root digest; `facts.json`
holds what differs between equal runs: keys, time, host, speed.
"""

from __future__ import annotations

from typing import Any

from curate.recipe import Recipe
from curate.storage import join, names, remove
from pipelines import masked_ledger
from pipelines.books import balance
from pipelines.context import Context
from pipelines.publish import publish
from pipelines.runners import Engine

VERSION = 5  # 5: classifiers; 4: addresses in the ledger without values of the kinds that `pii` names


def settings(recipe: Recipe) -> dict[str, Any]:
    return {"recipe": recipe.to_yaml()}


def run(context: Context, engine: Engine) -> None:
    from curate.report import write

    balance(context)
    _forget_others(context)
    masked_ledger.write(context, engine)
    publish(context)
    write(context.root, dict(context.keys))


def _forget_others(context: Context) -> None:
    """The products of one recipe lie in the folder: where another had been reported, that no longer stands."""
    work = join(context.root, "work")
    for name in names(work):
        if name.startswith("report-"):
            remove(join(work, name))
