"""Near duplicates in languages without spaces, by characters and by words.

    python -m benchmarks.near_duplicates_unspaced [--data .data]

Real paragraphs of `.data` (Universal Declaration of Human Rights, Wikipedia, help pages, books) in pieces of about 600
characters, each with a ladder of versions in which runs of three characters at random places are replaced by others of
its language. What was changed is known, whatever the similarity is of; J is that of characters in both. Words
are `\\w+`, as everywhere before. Seeds repeat the same pieces, so there is no interval. Into evaluation.json.
"""

from __future__ import annotations

import bz2
import gzip
import json
import zipfile
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pyarrow as pa

from benchmarks import results
from benchmarks.evaluate import OUT
from benchmarks.rows import Row
from curate.dedup import shingles
from curate.dedup.near_duplicates import Settings, near_duplicates
from curate.kernels.unspaced import is_unspaced
from curate.kernels.words import shingle_words

COMMAND = "python -m benchmarks.near_duplicates_unspaced"
SEEDS = 5
DECLARATION = {
    "zh": ("cmn_hans", "cmn_hant"),
    "ja": ("jpn",),
    "th": ("tha",),
    "lo": ("lao",),
    "km": ("khm",),
    "my": ("mya",),
}
LADDER = (0.005, 0.01, 0.02, 0.04, 0.08, 0.16)  # share of characters replaced
CHARS, RUN = 600, 3


def rows(data: Path) -> list[Row]:
    found = []
    for language in DECLARATION:
        chosen = pieces("\n".join(_sources(data, language)))
        found += [row for unit in ("words", "characters") for row in _rows(language, chosen, unit)]
    return found


def pieces(text: str) -> list[str]:
    """Runs of lines that are nearly all in the script."""
    found, piece = [], ""
    for line in dict.fromkeys(text.splitlines()):
        if sum(map(is_unspaced, line)) > 0.3 * len(line):  # Burmese is half marks
            piece += line.strip() + "\n"
        if len(piece) >= CHARS:
            found.append(piece)
            piece = ""
    return found


def edited(text: str, share: float, donor: str, random: np.random.Generator) -> str:
    """`text` with that share of its characters replaced, in runs, by runs of `donor`."""
    for _ in range(max(1, round(share * len(text) / RUN))):
        at, start = random.integers(len(text) - RUN), random.integers(len(donor) - RUN)
        text = text[:at] + donor[start : start + RUN] + text[at + RUN :]
    return text


def _rows(language: str, chosen: list[str], unit: str) -> list[Row]:
    resolved, similar, removals, wrong = np.zeros(len(LADDER)), np.zeros(2), 0, 0
    for seed in range(1, SEEDS + 1):
        random = np.random.default_rng(seed)
        texts = pa.array([version for text in chosen for version in _family(text, "".join(chosen), random)])
        by_words = mock.patch.object(shingles, "shingle_units", shingle_words)
        with by_words if unit == "words" else nullcontext():
            removed, keepers, _ = near_duplicates(texts, np.arange(len(texts)), settings=Settings(seed=seed))
        sets = shingles.shingle_sets(texts, Settings().ngram)
        gone = np.isin(np.arange(len(texts)), removed).reshape(len(chosen), -1)
        pair_resolved = gone[:, :1] | gone[:, 1:]
        first = np.repeat(np.arange(len(chosen)) * gone.shape[1], len(LADDER)).reshape(len(chosen), -1)
        jaccard = shingles.jaccard(*sets, first.ravel(), (first + np.arange(1, gone.shape[1])).ravel())
        alike = jaccard.reshape(first.shape) >= 0.8
        resolved += pair_resolved.mean(axis=0) / SEEDS
        similar += [(alike & pair_resolved).sum(), alike.sum()]
        removals += len(removed)
        wrong += int((shingles.jaccard(*sets, removed, keepers) < 0.7).sum())
    shares = ", ".join(f"{rung:.1%} {share:.2f}" for rung, share in zip(LADDER, resolved, strict=True))
    ours = unit == "characters"

    def row(what: str, value: float, n: float, **more: Any) -> Row:
        name = f"near duplicates, unspaced {language} by {unit}: {what}"
        return Row(name, round(float(value), 5), "share", int(n), seeds=SEEDS, command=COMMAND, **more)

    return [
        row("pairs of J >= 0.8 resolved", similar[0] / similar[1], similar[1], bar=">= 0.98" if ours else None,
            reference=f"of {len(chosen)} pieces by share replaced: {shares}"),
        row("removals below J 0.7", wrong / removals, removals, bar="<= 0.0005" if ours else None),
    ]  # fmt: skip


def _family(text: str, donor: str, random: np.random.Generator) -> list[str]:
    return [text, *(edited(text, share, donor, random) for share in LADDER)]


def _sources(data: Path, language: str) -> Iterator[str]:
    with zipfile.ZipFile(data / "multilingual" / "udhr2.zip") as archive:
        for name in DECLARATION[language]:
            yield archive.read(f"udhr2/{name}.txt").decode()
    wiki = data / "wikipedia" / "minidumps" / f"{language}wiki-pages-articles.xml.bz2"
    if wiki.exists():
        yield bz2.decompress(wiki.read_bytes()).decode()
    with gzip.open(data / "multilingual" / "gnome_help.jsonl.gz", "rt", encoding="utf-8") as pages:
        yield from (page["text"] for page in map(json.loads, pages) if page["lang"].split("_")[0] == language)
    for book in sorted((data / "books" / "gutenberg").glob("*.gz")) if language == "zh" else ():
        yield gzip.decompress(book.read_bytes()).decode("utf-8", "ignore")


if __name__ == "__main__":
    results.command(__doc__, rows, OUT)
