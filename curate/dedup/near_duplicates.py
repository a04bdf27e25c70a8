"""The whole near-duplicate decision on texts in memory: for notebooks, evaluation and tests.

The same pieces in the same order as the phase of that name, which moves them between shards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from curate.dedup import bands, copies, keepers, sketches
from curate.dedup.older import NONE, Older, is_open, may_remove, settled, standing
from curate.dedup.shingles import jaccard, shingle_sets
from curate.kernels.buffers import Texts


@dataclass(frozen=True)
class Settings:
    """As the recipe's `measure` and `near_duplicates`."""

    ngram: int = 5
    seed: int = 1
    sketch: str = "minhash"
    bands: int = 14
    rows: int = 8
    min_similarity: float = 0.75
    exact_within: float = 0.1
    window: int = 64
    hot_band: int = 1000


def near_duplicates(
    texts: Texts,
    ids: Sequence[int] | np.ndarray,
    keys: np.ndarray | None = None,
    settings: Settings | None = None,
    older: Older | None = None,
    classes: np.ndarray | None = None,
) -> keepers.Removals:
    """(removed ids ascending, keepers, similarity). `keys` are int64[n, k], smaller stays; else the lower id.

    `classes` are uint64[n]: only texts of one class compete; all do where there are none. With `older`, the texts of
    older corpora are among `texts`, win, and are not decided again.
    """
    settings, ids = settings or Settings(), np.asarray(ids, np.int64)
    keys = np.empty((len(ids), 0), np.int64) if keys is None else keys
    older = older or Older(np.zeros(len(ids), np.int64), NONE)
    known = standing(older.corpora, np.isin(ids, older.removals[0]))
    size = settings.bands * settings.rows
    sketched, sound = sketches.sketch_texts(texts, settings.ngram, size, settings.seed, settings.sketch)
    places = np.flatnonzero(sound)
    sketched, ids, known = sketched[places], ids[places], known[places]
    classes = np.zeros(len(ids), np.uint64) if classes is None else np.asarray(classes, np.uint64)[places]
    keys = np.column_stack([known, keys[places]])
    names = sketches.sketch_hashes(sketched)
    names[:, 0] ^= classes
    best = copies.collapse(names, keys, ids)
    vertices = np.flatnonzero((best == ids) & may_remove(known))
    chosen = (sketched[vertices], keys[vertices], classes[vertices])
    a, b, values = _verified(texts, places[vertices], *chosen, settings)
    a, b = vertices[a], vertices[b]
    lost = keepers.keep(ids[a], ids[b], values, keys[a], keys[b])
    best, alike = settled(best, older.removals)
    own = known == 0
    return copies.fates(ids[own], best[own], *lost, alike[own])


def decide(estimates: np.ndarray, min_similarity: float, exact_within: float) -> tuple[np.ndarray, np.ndarray]:
    """(near bool[m], unsure bool[m]): near enough by estimate alone; to be decided by the exact sets."""
    near = estimates >= min_similarity + exact_within
    return near, ~near & (estimates >= min_similarity - exact_within)


def _verified(
    texts: Texts, places: np.ndarray, sketched: np.ndarray, keys: np.ndarray, classes: np.ndarray, settings: Settings
) -> keepers.Removals:
    """(a, b, similarity) of the pairs of vertices, by number, that are near duplicates and still open."""
    hashes = bands.band_hashes(sketched, settings.bands, settings.rows, classes)
    order = np.column_stack([bands.sketch_order(sketched, settings.rows, band) for band in range(settings.bands)])
    numbers = np.repeat(np.arange(len(places)), settings.bands)
    pairs, _ = bands.candidates(
        hashes.ravel(), numbers, order.ravel(), keys[numbers], settings.window, settings.hot_band
    )
    a, b = pairs[is_open(*keys[:, 0][pairs.T])].T
    values = sketches.similarity(sketched[a], sketched[b])
    near, unsure = decide(values, settings.min_similarity, settings.exact_within)
    values[unsure] = _exact(texts, places, a[unsure], b[unsure], settings.ngram)
    near |= unsure & (values >= settings.min_similarity)
    return a[near], b[near], values[near]


def _exact(texts: Texts, places: np.ndarray, a: np.ndarray, b: np.ndarray, ngram: int) -> np.ndarray:
    used, at = np.unique(np.concatenate([a, b]), return_inverse=True)
    hashes, offsets = shingle_sets(texts.take(pa.array(places[used])), ngram)
    return jaccard(hashes, offsets, at[: len(a)], at[len(a) :])
