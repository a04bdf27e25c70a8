"""Why the keeper of a near duplicate stays: the first part of the recipe's policy on which the two documents differ.

Not stored, but said again by `order_keys`, which decided, from the stored columns and the run's own recipe.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from curate.corpus import parquet
from curate.corpus.find import one, row_of
from curate.errors import UserError
from schemas import shards_of

if TYPE_CHECKING:
    from curate.corpus.corpus import Corpus


def preferred(corpus: Corpus, keeper: int, removed: int) -> str | None:
    """Such as `gopher.words: 212 before 180`, by the run's recipe; None where one of the two is not on record."""
    from curate.dedup.keepers import order_keys
    from curate.recipe.sections import NearDuplicates

    rows = [_row(corpus, id) for id in (keeper, removed)]
    trusts = _trusts(corpus, [keeper, removed])
    if None in rows or trusts is None or not corpus.recipe.get("near_duplicates"):
        return None
    policy = NearDuplicates.model_validate(corpus.recipe["near_duplicates"]).keep
    table = pa.Table.from_pylist(rows)
    keys = order_keys(table, policy, np.array(trusts))
    if tuple(keys[0]) > tuple(keys[1]):
        return None  # not the policy decided: the keeper is of an older corpus
    for part, (first, second) in zip(policy, keys.T, strict=True):
        if first != second:
            name, column = (part, _COLUMNS[part]) if isinstance(part, str) else (part.signal, part.signal)
            values = trusts if column == "trust" else table[column].to_pylist()
            return f"{name}: {_said(values[0])} before {_said(values[1])}"
    return "its place in the input: the policy finds no difference"


_COLUMNS = {"trust": "trust", "newest": "date", "oldest": "date", "longest": "chars"}


def _row(corpus: Corpus, id: int) -> dict[str, Any] | None:
    document, signals = one(corpus, id), row_of(corpus, "measure", "signals", id)
    return {"date": document["date"], "chars": document["chars"], **signals} if document and signals else None


def _trusts(corpus: Corpus, ids: list[int]) -> list[int] | None:
    """Of the sources that the documents come from."""
    try:
        table = parquet.read(corpus.files("shards", "shards")[0], ["shard", "source_index"])
    except (UserError, KeyError):  # `curate clean` dropped work/
        return None
    at = pc.index_in(pa.array(shards_of(np.array(ids)), table["shard"].type), table["shard"].combine_chunks())
    return [corpus.recipe["sources"][table["source_index"][n].as_py()].get("trust", 0) for n in at.to_pylist()]


def _said(value: Any) -> str:
    if value is None:
        return "none"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
