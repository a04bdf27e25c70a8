"""Benchmark items as n-grams to look for, and how much of which item a text has.

An item of fewer than n words is looked for by all of its words if they are 8 or more (GPT-3's smallest n), else not at
all, which is counted and told. An n-gram that more than 10 and more than 1 in 1,000 items of its benchmark have is a
phrase of the benchmark's template and says nothing of an item: it is left out, everywhere.
"""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from curate.kernels.contamination import Ngrams, bloom, found, roll
from curate.kernels.words import shingle_words
from curate.signals._benchmarks import items

if TYPE_CHECKING:
    from curate.recipe.sections import Contamination

LEAST_WORDS = 8
COMMON_ITEMS, COMMON_SHARE = 10, 1000


class Index(NamedTuple):
    """The n-grams of all items, and what each item has of them."""

    ngrams: Ngrams
    item_of_word: np.ndarray  # int32, of each word of the items
    lengths: np.ndarray  # int64, words of an n-gram of each item; 0: too short to look for
    looked_for: np.ndarray  # int64, n-grams of each item in the set
    coverable: np.ndarray  # int64, words of each item that they cover
    benchmark: np.ndarray  # int32, of each item
    benchmarks: list[str]
    ids: list[str]
    min_overlap: float


class Matches(NamedTuple):
    """Pairs of a text and an item that have an n-gram in common, in order of both."""

    text: np.ndarray  # int64
    item: np.ndarray  # int64
    ngrams: np.ndarray  # int64, of the item's n-grams, those found
    overlap: np.ndarray  # float32, their share
    covered: np.ndarray  # float32, share of the item's words that they cover


def index(settings: Contamination) -> Index:
    """The index of a recipe's benchmarks, kept until a file changes."""
    return _index(settings.model_dump_json(), tuple(_stamp(b.path) for b in settings.benchmarks))


def summary(index: Index) -> dict[str, dict[str, int]]:
    """By benchmark: items, n-grams looked for, and items that are too short or of common phrases only."""
    told = {}
    for number, name in enumerate(index.benchmarks):
        mine = index.benchmark == number
        short = mine & (index.lengths == 0)
        common = mine & (index.lengths > 0) & (index.looked_for == 0)
        told[name] = {
            "items": int(mine.sum()),
            "ngrams": int(index.looked_for[mine].sum()),
            "too_short": int(short.sum()),
            "too_common": int(common.sum()),
        }
    return told


def matches(words: np.ndarray, offsets: np.ndarray, index: Index) -> Matches:
    """Which items texts have in part, for texts that have some n-gram (the others cost as much and give nothing)."""
    texts, numbers = found(words, offsets, index.ngrams)
    both = np.unique(np.stack([texts, numbers], axis=1), axis=0)
    times = np.diff(index.ngrams.starts)[both[:, 1]]
    within = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
    places = index.ngrams.places[np.repeat(index.ngrams.starts[both[:, 1]], times) + within]
    texts = np.repeat(both[:, 0], times)
    order = np.lexsort((places, texts))  # items lie in the order of their words
    texts, places = texts[order], places[order]
    item = index.item_of_word[places].astype(np.int64)
    firsts, ngrams, covered = _sums(texts, item, places, index.lengths)
    item = item[firsts]
    overlap, share = ngrams / index.looked_for[item], covered / index.coverable[item]
    return Matches(texts[firsts], item, ngrams, overlap.astype(np.float32), share.astype(np.float32))


@lru_cache(maxsize=2)
def _index(settings_json: str, stamps: tuple[object, ...]) -> Index:
    from curate.recipe.sections import Contamination

    settings = Contamination.model_validate_json(settings_json)
    read = [items(b) for b in settings.benchmarks]
    texts, ids = [t for r in read for t in r.texts], [i for r in read for i in r.ids]
    benchmark = np.repeat(np.arange(len(read), dtype=np.int32), [len(r.ids) for r in read])
    words, offsets = shingle_words(pa.array(texts, pa.large_string()))
    lengths = np.minimum(np.diff(offsets), settings.ngram)
    lengths[lengths < min(LEAST_WORDS, settings.ngram)] = 0
    item_of_word = np.repeat(np.arange(len(texts), dtype=np.int32), np.diff(offsets))
    ngrams = _ngrams(roll(words, offsets, lengths), _begins(offsets, lengths), item_of_word, benchmark, lengths)
    looked_for, coverable = _of_items(ngrams, item_of_word, lengths)
    names = [b.name for b in settings.benchmarks]
    return Index(
        ngrams, item_of_word, lengths, looked_for, coverable, benchmark, names, ids, float(settings.min_overlap)
    )


def _stamp(path: str) -> object:
    """Whether a local file is as it was; an address is believed to be."""
    from curate.storage import list_files

    if "://" in path:
        return None
    files = list_files(path) if os.path.isdir(path) else [path]
    return tuple((file, os.stat(file).st_mtime_ns, os.stat(file).st_size) for file in files if os.path.exists(file))


def _begins(offsets: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Words of the items at which an n-gram begins."""
    many = np.where(lengths > 0, np.diff(offsets) - lengths + 1, 0)
    return np.repeat(offsets[:-1] - (np.cumsum(many) - many), many) + np.arange(many.sum())


def _ngrams(
    hashes: np.ndarray, places: np.ndarray, item_of_word: np.ndarray, benchmark: np.ndarray, lengths: np.ndarray
) -> Ngrams:
    """The set, without common phrases; places of an n-gram in ascending order."""
    hashes = hashes[places]
    _, number = np.unique(hashes, return_inverse=True)
    keep = ~_common(number, item_of_word[places], benchmark)[number]
    hashes, places = hashes[keep], places[keep]
    order = np.argsort(hashes, kind="stable")
    keys, firsts = np.unique(hashes[order], return_index=True)
    starts = np.append(firsts, hashes.size).astype(np.int64)
    return Ngrams(np.unique(lengths[lengths > 0]), keys, starts, places[order], bloom(keys))


def _common(number: np.ndarray, item: np.ndarray, benchmark: np.ndarray) -> np.ndarray:
    """bool, by number of an n-gram: whether too many items of some benchmark have it."""
    common = np.zeros(int(number.max(initial=-1)) + 1, bool)
    pairs = np.unique(np.stack([number.astype(np.int64), item.astype(np.int64)]), axis=1)
    for b in range(int(benchmark.max(initial=-1)) + 1):
        most = max(COMMON_ITEMS, int((benchmark == b).sum()) // COMMON_SHARE)
        common |= np.bincount(pairs[0][benchmark[pairs[1]] == b], minlength=common.size) > most
    return common


def _of_items(ngrams: Ngrams, item_of_word: np.ndarray, lengths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(n-grams in the set, words that they cover) of each item."""
    places = np.sort(ngrams.places)
    item = item_of_word[places].astype(np.int64)
    firsts, many, covered = _sums(np.zeros_like(item), item, places, lengths)
    looked_for, coverable = np.zeros(lengths.size, np.int64), np.zeros(lengths.size, np.int64)
    looked_for[item[firsts]], coverable[item[firsts]] = many, covered
    return looked_for, coverable


def _sums(texts: np.ndarray, item: np.ndarray, places: np.ndarray, lengths: np.ndarray) -> tuple[np.ndarray, ...]:
    """(first row, n-grams, words that they cover) of each run of rows with one text and one item."""
    if not places.size:
        return tuple(np.zeros(0, np.int64) for _ in range(3))
    new = np.append(True, (texts[1:] != texts[:-1]) | (item[1:] != item[:-1]))
    firsts, length = np.flatnonzero(new), lengths[item]
    to_next = np.append(np.diff(places), 0)
    last = np.append(new[1:], True)
    alone = np.where(last, length, np.minimum(length, to_next))
    return firsts, np.diff(np.append(firsts, places.size)), np.add.reduceat(alone, firsts)
