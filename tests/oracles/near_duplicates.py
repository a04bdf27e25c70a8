"""Definitions of shingles, similarity and the kept set, in plain Python."""

import re
import unicodedata

from curate.kernels.unspaced import is_unspaced


def units(text: str) -> list[str]:
    """Lower-cased `\\w+` words, but letters of scripts without spaces alone, with the marks behind them."""
    found, word = [], ""
    for at, character in enumerate(text):
        if is_unspaced(character) or not re.match(r"\w", character):
            found, word = found + [word] * bool(word), ""
        else:
            word += character.lower()[0]
        if is_unspaced(character):
            marks = next((n for n, c in enumerate(text[at + 1 :]) if unicodedata.category(c)[0] != "M"), len(text))
            found.append(text[at : at + 1 + marks])
    return found + [word] * bool(word)


def shingle_set(text: str, ngram: int) -> set[tuple[str, ...]]:
    words = units(text)
    if 0 < len(words) < ngram:
        return {tuple(words)}
    return {tuple(words[at : at + ngram]) for at in range(len(words) - ngram + 1)}


def jaccard(a: set, b: set) -> float:
    return len(a & b) / len(a | b) if a | b else 0.0


def kept_set(order: dict[int, tuple], edges: dict[tuple[int, int], float]) -> dict[int, tuple[int, float]]:
    """{removed: (keeper, similarity)}: in order, each vertex stays unless a neighbour that stays removed it."""
    near: dict[int, dict[int, float]] = {vertex: {} for vertex in order}
    for (a, b), similarity in edges.items():
        near[a][b] = near[b][a] = similarity
    kept: list[int] = []
    fates = {}
    for vertex in sorted(order, key=lambda v: (*order[v], v)):
        keeper = next((k for k in kept if k in near[vertex]), None)
        if keeper is None:
            kept.append(vertex)
        else:
            fates[vertex] = (keeper, near[vertex][keeper])
    return fates


def banded_pairs(rows: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sorted pairs of different ids that share a key, from (key, id)."""
    return sorted({(a, b) for key, a in rows for other, b in rows if key == other and a < b})
