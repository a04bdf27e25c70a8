"""What `unless` looks at: the signals of the page as `measure` found it, and columns of documents.

A page that is marked stays marked whatever lines it has lost, so all phases spare the same pages.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa

from curate.recipe import Recipe, Unless
from pipelines import tables
from pipelines.context import Context


class Pages:
    """What is compared of the documents of one shard; `columns` are those that `documents` must have in `of`."""

    def __init__(self, context: Context, shard: int, unless: Iterable[Unless]):
        compared = {one.signal for one in unless}
        named = sorted(name for name in compared if "." in name)
        self.columns = sorted(compared - {*named})
        self._signals = tables.read(context, "signals", shard, "measure", ["row", *named])

    def of(self, documents: pa.RecordBatch | pa.Table) -> pa.Table:
        """The pages of the rows of `documents` (`row` sorted)."""
        pages = tables.in_row_order(self._signals, np.asarray(documents["row"]))
        for name in self.columns:
            pages = pages.append_column(name, documents[name])
        return pages


def divergence_judges(recipe: Recipe, group: str, pages: pa.Table) -> np.ndarray:
    """bool[n]: pages whose divergence is ranked; `pages` as `Pages` of the section's `unless` gives them."""
    from curate.rules import exempt

    rule = recipe.divergence
    if not rule or not rule.concerns(group):
        return np.zeros(pages.num_rows, bool)
    return ~exempt(rule.unless, pages)
