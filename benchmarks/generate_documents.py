"""Documents as sequences of pieces: prose, lists, code, mathematics, other languages, addresses, spam and broken ones.

What filters and deduplication are to find is there in fixed shares: lines that a host repeats on all its pages, lines
that all hosts share, exact copies, and families of near duplicates whose sizes follow a power law, since each copy is
as likely to be taken again. Lengths are log-normal with a mean of 5 KB. Content words depend on one of 64 topics.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from benchmarks.generate_words import (
    BARE,
    CAPITAL,
    COMMA,
    LINE,
    SIZES,
    SPACE,
    STOP,
    STOP_LINE,
    STOP_PARAGRAPH,
    WAYS,
    Pieces,
    zipf_table,
)

SHARES = {  # of documents; those left over are prose
    "list": 0.07, "code": 0.05, "mathematics": 0.03, "foreign": 0.08, "addresses": 0.01, "spam": 0.02, "broken": 0.01,
    "copy": 0.04, "near copy": 0.08,
}  # fmt: skip
TOPICS, COMMON = 64, 400  # words of all topics: the first COMMON ranks
MEDIAN_WORDS, SPREAD = 400, 1.1
REMEMBERED = 4_000  # documents that later ones may copy
DRAWN = 1 << 20  # uniform numbers at a time
_CODE = ["    ", "        ", "def ", "return ", "if ", "for ", "import ", "(", "):\n", ")\n", " = ", ".", "\n\n"]
_MATH = ["$", "$, ", "$. ", "_{", "}^{2} ", "\\in \\mathbb{R}", "\\frac{", "}{", "}$ ", "\\sum_{k=1}^{n} ", "\\leq "]
_MARKS = ["\x00\x01", "�", "â€™", "|||||", "......", "#$%&", "Ã©", "A" * 200, "​"]
_DIGITS = [f"{n} " for n in range(2000)]
_ADDRESS = ["Write to ", "@mail.example.com or call +1 212-555-01", " from 192.0.2.", "\n"]
_ENDS = ["Read more\n", "Share this page\n", "All rights reserved.\n", "Accept cookies\n", "Log in\n", "Contact us\n"]
EXTRA = [*dict.fromkeys([*_CODE, *_MATH, *_MARKS, *_DIGITS, *_ADDRESS, *_ENDS])]


class Documents:
    """A stream: `next_one(host)` gives the next document's pieces."""

    def __init__(self, seed: int):
        self.pieces = Pieces(seed, EXTRA)
        self.random = np.random.default_rng([seed, 1])
        self._seed, self._ranks = seed, zipf_table(SIZES["en"])
        self._small_ranks = zipf_table(min(SIZES.values()), 1 << 16)
        self._uniform, self._at = np.zeros(0), 0
        self._remembered: list[np.ndarray] = []
        self._bounds = np.cumsum(list(SHARES.values()))
        self._kinds: list[Callable[[int], np.ndarray]] = [
            self._list, self._code, self._mathematics, self._foreign, self._addresses, self._spam, self._broken,
        ]  # fmt: skip
        self._host_lines = cache(self._lines_of_host)

    def next_one(self, host: int) -> np.ndarray:
        """int64 numbers of pieces."""
        kind = int(np.searchsorted(self._bounds, self._some(1)[0], "right"))
        names = list(SHARES)
        if kind < len(names) and names[kind] in ("copy", "near copy") and self._remembered:
            return self._copy(near=names[kind] == "near copy")
        words = int(np.clip(MEDIAN_WORDS * np.exp(SPREAD * self.random.standard_normal()), 5, 200_000))
        body = self._kinds[kind](words) if kind < len(self._kinds) else self._prose(words)
        made = np.concatenate([self._host_lines(host), body, self._ends(host)])
        self._remember(made)
        return made

    def _some(self, count: int) -> np.ndarray:
        """`count` uniform numbers from a block of many."""
        if self._at + count > len(self._uniform):
            self._uniform, self._at = self.random.random(max(DRAWN, count)), 0
        self._at += count
        return self._uniform[self._at - count : self._at]

    def _words(self, count: int) -> np.ndarray:
        """English words of one topic: beyond the common ones, half are the topic's."""
        draws = self._some(count) * len(self._ranks)
        entry = draws.astype(np.int64)
        ranks = self._ranks[entry].astype(np.int64)
        topic = int(self._some(1)[0] * TOPICS)
        own = (ranks >= COMMON) & (draws - entry < 0.5)
        turned = COMMON + (ranks - COMMON + topic * 911) % (SIZES["en"] - COMMON)
        return np.where(own, turned, ranks)

    def _prose(self, count: int, first: int = 0, words: np.ndarray | None = None) -> np.ndarray:
        words = self._words(count) if words is None else words
        marks = self._some(count)
        ends = marks < 1 / 17
        ways = np.where(marks > 0.93, COMMA, SPACE)
        ways[1:][ends[:-1]] = CAPITAL
        ways[0] = CAPITAL
        closing = np.array([STOP, STOP, STOP_LINE, STOP_PARAGRAPH], np.int64)
        ways[ends] = closing[(marks[ends] * 17 * 4).astype(np.int64)]
        ways[-1] = STOP_LINE
        return (first + words) * WAYS + ways

    def _list(self, count: int) -> np.ndarray:
        made = self._words(count) * WAYS
        made += np.where(self._some(count) < 0.2, LINE, SPACE)
        made[-1] += LINE - made[-1] % WAYS
        return made

    def _code(self, count: int) -> np.ndarray:
        return self._mixed(count, _CODE, 0.5)

    def _mathematics(self, count: int) -> np.ndarray:
        prose = self._prose(count)
        return np.where(self._some(count) < 0.75, prose, self._mixed(count, _MATH, 0.7))

    def _foreign(self, count: int) -> np.ndarray:
        language = ("de", "fr", "es", "ru", "zh")[int(self._some(1)[0] * 5)]
        ranks = self._small_ranks[(self._some(count) * len(self._small_ranks)).astype(np.int64)]
        return self._prose(count, self.pieces.first[language], ranks.astype(np.int64))

    def _addresses(self, count: int) -> np.ndarray:
        lines = max(1, count // 8)
        numbers = (self._some(2 * lines) * 100).astype(np.int64).reshape(lines, 2) + self.pieces.extra["100 "]
        name = self._words(lines) * WAYS + BARE
        first, second, third, end = (np.full(lines, self.pieces.extra[text]) for text in _ADDRESS)
        return np.stack([first, name, second, numbers[:, 0], third, numbers[:, 1], end], axis=1).ravel()

    def _spam(self, count: int) -> np.ndarray:
        few = self._words(12)
        return self._prose(count, words=np.resize(few, count))

    def _broken(self, count: int) -> np.ndarray:
        return np.where(self._some(count) < 0.6, self._prose(count), self._mixed(count, _MARKS, 0.9))

    def _mixed(self, count: int, texts: list[str], share: float) -> np.ndarray:
        """Bare words between `texts`, numbers here and there."""
        choice = np.array([self.pieces.extra[text] for text in texts] + [self.pieces.extra["7 "]])
        drawn = self._some(count)
        return np.where(
            drawn < share, choice[(drawn / share * len(choice)).astype(np.int64) % len(choice)],
            self._words(count) * WAYS + BARE,
        )  # fmt: skip

    def _copy(self, near: bool) -> np.ndarray:
        made = self._remembered[int(self._some(1)[0] * len(self._remembered))]
        if near:
            made = made.copy()
            changed = self._some(len(made)) < self._some(1)[0] * 0.06
            made[changed] = self._words(int(changed.sum())) * WAYS
        self._remember(made)
        return made

    def _remember(self, made: np.ndarray) -> None:
        if len(self._remembered) < REMEMBERED:
            self._remembered.append(made)
        elif self._some(1)[0] < 0.5:
            self._remembered[int(self._some(1)[0] * REMEMBERED)] = made

    def _lines_of_host(self, host: int) -> np.ndarray:
        """Four lines at the head of all its pages, by the host's number alone."""
        own = np.random.default_rng([self._seed, 2, host])
        made = own.integers(0, 5_000, 24) * WAYS
        made[5::6] += LINE
        return made

    def _ends(self, host: int) -> np.ndarray:
        """Lines that many hosts share."""
        picked = self.random.permutation(len(_ENDS))[: host % 4]
        return np.array([self.pieces.extra[_ENDS[n]] for n in picked], np.int64)
