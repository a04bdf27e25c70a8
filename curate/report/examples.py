"""For each rule an example on either side of its threshold: the removed and the kept document nearest to it.

Ties go to the lower uid. Rules without a threshold (copies, addresses) show the removed document with the lowest uid
and, where they name one, its keeper.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from curate.corpus import Corpus, detail, named, parquet
from curate.corpus.show import documents
from curate.errors import UserError
from curate.pii import masked, masked_url
from curate.recipe.classifiers import PREFIX
from curate.report.clean_text import head
from curate.report.concerned import concerned
from curate.rules import rounded
from schemas import make_ids

CHARS = 280
_COLUMNS = ["id", "uid", "phase", "rule", "signal", "value", "threshold", "keeper", "similarity", "detail"]


def beside(corpus: Corpus, rules: list[dict[str, Any]], thresholds: dict[str, list[float]]) -> list[dict[str, Any]]:
    """`rules` with `removed` and `kept`: {where, value, text} or null."""
    gone = corpus.ledger().to_table(_COLUMNS, filter=pc.field("action").isin(["remove", "quarantine"]))
    chosen = [(rule, _removed(gone, rule["phase"], rule["rule"])) for rule in rules]
    pairs = [(rule, row, _kept(corpus, row) if row else None) for rule, row in chosen]
    ids = {x["id"] for _, *both in pairs for x in both if x and x["id"] is not None}
    texts = documents(corpus, sorted(ids), [*named.COLUMNS, "text"])
    return [{**rule, "removed": _example(row, texts), "kept": _example(kept, texts)} for rule, row, kept in pairs]


def _removed(gone: pa.Table, phase: str, rule: str) -> dict[str, Any] | None:
    rows = gone.filter((pc.field("phase") == phase) & (pc.field("rule") == rule))
    if not rows.num_rows:
        return None
    distance = pc.fill_null(pc.abs(pc.subtract(rows["value"], rows["threshold"])), 0.0)
    order = rows.append_column("distance", distance).sort_by([("distance", "ascending"), ("uid", "ascending")])
    return order.slice(0, 1).to_pylist()[0]


def _kept(corpus: Corpus, removed: dict[str, Any]) -> dict[str, Any] | None:
    """The keeper, or the kept document that the rule concerns on the other side of the threshold."""
    if removed["keeper"] is not None:
        return {"id": removed["keeper"], "value": removed["similarity"], "detail": None}
    signal, threshold, value = removed["signal"], removed["threshold"], removed["value"]
    if signal is None or threshold is None or value is None:
        return None
    best: tuple[float, int] | None = None
    kept = pc.unique(corpus.text().to_table(["id"])["id"])
    for shard, path in _signal_files(corpus, signal).items():
        if signal not in parquet.names(path):
            return None
        table = parquet.read(path, ["row", signal])
        if pa.types.is_string(table[signal].type):  # a topic: no document is on the other side of it
            return None
        ids, values = make_ids(shard, table["row"].to_numpy()), pc.cast(table[signal], pa.float64()).to_numpy()
        limit = rounded(threshold) if pa.types.is_float32(table[signal].type) else threshold
        right = values >= limit if value < threshold else values <= limit
        right &= pc.is_in(pa.array(ids), value_set=kept).to_numpy(zero_copy_only=False)
        right &= concerned(corpus, removed["rule"], shard, path)
        if right.any():
            nearest = np.lexsort((ids[right], np.abs(values[right] - limit)))[0]
            found = (float(abs(values[right][nearest] - limit)), int(ids[right][nearest]))
            best = min(best, found) if best else found
    if best is None:
        return None
    return {"id": best[1], "value": threshold + best[0] * (1 if value < threshold else -1), "detail": None}


def _signal_files(corpus: Corpus, signal: str) -> dict[int, Any]:
    try:
        return corpus.files(*(("score", "scores") if signal.startswith(PREFIX) else ("measure", "signals")))
    except UserError:
        return {}


def _example(row: dict[str, Any] | None, texts: dict[int, dict[str, Any]]) -> dict[str, Any] | None:
    if row is None:
        return None
    document = texts.get(row["id"]) or {}
    place = str(detail.read(row["detail"]) or row["detail"] or "unknown")
    where = masked_url(named.name_of(document) or place)
    return {"where": head(where, 160), "value": row["value"], "text": head(masked(document.get("text") or ""), CHARS)}
