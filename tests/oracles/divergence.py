"""KL divergence of a document's token frequencies from add-one smoothed reference counts, as the textbook has it."""

import math
from collections import Counter


def kl(tokens: list[int], counts: list[int]) -> float:
    total = sum(counts) + len(counts)
    return sum(
        n / len(tokens) * math.log((n / len(tokens)) / ((counts[token] + 1) / total))
        for token, n in Counter(tokens).items()
    )


def by_language(documents: list[list[int]], languages: list[str]) -> dict[str, Counter[int]]:
    """How often each token occurs in the documents of each language."""
    counts: dict[str, Counter[int]] = {language: Counter() for language in languages}
    for tokens, language in zip(documents, languages, strict=True):
        counts[language].update(tokens)
    return counts
