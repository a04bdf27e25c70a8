"""Contamination as it is defined, in plain Python: sets of tuples of words."""

from collections import Counter

from tests.oracles.plain_signals import shingle_words

LEAST = 8


def signals(text: str, benchmarks: list[list[str]], ngram: int, min_overlap: float) -> dict[str, float]:
    """hits, share, items and best of `text` against the items of each benchmark."""
    words, wanted = shingle_words(text), phrases(benchmarks, ngram)
    items = [item for benchmark in benchmarks for item in benchmark]
    lengths = sorted({length(item, ngram) for item in items} - {0})
    hits, covered = 0, set()
    for n in lengths:
        for i in range(len(words) - n + 1):
            if tuple(words[i : i + n]) in wanted:
                hits += 1
                covered |= set(range(i, i + n))
    here = {tuple(words[i : i + n]) for n in lengths for i in range(len(words) - n + 1)}
    found, best = 0, 0.0
    for item in items:
        own, n = shingle_words(item), length(item, ngram)
        places = [i for i in range(len(own) - n + 1) if n and tuple(own[i : i + n]) in wanted]
        met = [i for i in places if tuple(own[i : i + n]) in here]
        if met:
            found += len(met) / len(places) >= min_overlap
            best = max(best, len(_cover(met, n)) / len(_cover(places, n)))
    return {"hits": hits, "share": len(covered) / max(len(words), 1), "items": found, "best": best}


def phrases(benchmarks: list[list[str]], ngram: int) -> set[tuple[str, ...]]:
    """Every n-gram that is looked for: those of all items, but for what too many of a benchmark have."""
    every, common = set(), set()
    for benchmark in benchmarks:
        count: Counter[tuple[str, ...]] = Counter()
        for item in benchmark:
            words, n = shingle_words(item), length(item, ngram)
            count.update({tuple(words[i : i + n]) for i in range(len(words) - n + 1)} if n else ())
        every |= set(count)
        common |= {phrase for phrase, many in count.items() if many > max(10, len(benchmark) // 1000)}
    return every - common


def length(item: str, ngram: int) -> int:
    """Words of the item's n-grams; 0 where it is too short."""
    many = len(shingle_words(item))
    return min(many, ngram) if many >= min(LEAST, ngram) else 0


def _cover(places: list[int], n: int) -> set[int]:
    return {i + k for i in places for k in range(n)}
