"""Of a cascade, on the driver: which fast scores go to its slow model, and, once it has spoken, where the cut lies.

Both by cell, since each language has its own cut and its own spread of scores. The cut is needed before `select` makes
it: a document outside the band keeps its fast score, but on the side of the cut on which the band put it.
"""

from __future__ import annotations

import hashlib
import json

import numpy as np

from classifiers.cascade import Joint, band, too_few
from classifiers.thresholds import TOP
from curate.counted import first
from pipelines.classify.cuts import ALL, by_yield, cells, fixed
from pipelines.classify.models import FAST, SLOW, Model

EVERYTHING = (0, TOP)
Bands = dict[str, list[int]]  # cell -> [lowest, highest] fast score that goes to the slow model


def bands(model: Model, shards: list[int]) -> Bands:
    """From the fast scores of the whole corpus. Without a cut there is no decision to be sure of: all are sent."""
    entry, seen = model.entry, Joint.of_json(model.card.settings["joint"])
    found: Bands = {}
    for cell, counts in cells(entry, [model.stats(FAST, shard)["histogram"] for shard in shards]).items():
        if entry.keep_best is not None:
            found[cell] = list(band(seen, counts, keep_best=entry.keep_best))
        elif (threshold := fixed(entry, model.card, cell)) is not None:
            found[cell] = list(band(seen, counts, threshold=threshold))
        elif not entry.cuts:
            found[cell] = list(EVERYTHING)
        else:
            found[cell] = [TOP + 1, TOP]  # a language without a cut: no decision, so nothing to send
    return found


def remarks(model: Model, of_cells: Bands, shards: list[int]) -> list[str]:
    """Why a cascade sends everything in some languages, where it does for want of held-out documents: one sentence."""
    seen = Joint.of_json(model.card.settings["joint"])
    counted = cells(model.entry, [model.stats(FAST, shard)["histogram"] for shard in shards])
    all_sent = [cell for cell in counted if model.entry.cuts and tuple(of_cells[cell]) == EVERYTHING]
    why = {cell: said for cell in all_sent if (said := too_few(seen, counted[cell]))}
    if not why:
        return []
    most = max(why, key=lambda cell: (seen.of_corpus(counted[cell]).effective, cell))
    at_most = "at most " if len(set(why.values())) > 1 else ""
    of_languages = f" for {first(sorted(why))}" if list(why) != [ALL] else ""
    return [f"{model.entry.column}{of_languages}: {at_most}{why[most]}."]


def step_name(model: Model, of_cells: Bands | None) -> str:
    """The folder of the slow scores: another band is another set of documents."""
    if not model.cascade:
        return SLOW
    return f"{SLOW}-{hashlib.sha256(json.dumps(of_cells, sort_keys=True).encode()).hexdigest()[:8]}"


def clamps(model: Model, of_cells: Bands, name: str, shards: list[int]) -> dict[str, int]:
    """The cut of each cell, from the slow scores of the band and the number of documents below and above it."""
    entry = model.entry
    fast = cells(entry, [model.stats(FAST, shard)["histogram"] for shard in shards])
    slow = cells(entry, [model.stats(name, shard)["histogram"] for shard in shards])
    found: dict[str, int] = {}
    for cell, counts in fast.items():
        if entry.keep_best is None:
            threshold = fixed(entry, model.card, cell)
            found |= {} if threshold is None else {cell: threshold}
            continue
        lowest, highest = of_cells[cell]
        within = slow.get(cell, np.zeros(TOP + 1, np.int64))
        ends = int(counts[:lowest].sum()), int(counts[highest + 1 :].sum())
        least = by_yield(np.concatenate([ends[:1], within, ends[1:]]), entry.keep_best) - 1
        found[cell] = min(max(least, 1 if ends[0] else 0), TOP)
    return found
