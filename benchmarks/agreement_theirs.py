"""Peers' definitions where they differ from ours, in plain Python: proof of what a disagreement comes from.

Facts of dolma 1.2.1 (`taggers/gopher.py`) and datatrove 0.10.1 (filters of Gopher, C4, FineWeb). Each function gives
what the peer gives; where it does so on every text, the explanation beside it in `agreement` is the whole of it.
"""

import re
from collections import Counter
from statistics import median

STOP_WORDS = {"the", "be", "to", "of", "and", "that", "have", "with"}


def dolma(text: str) -> dict[str, float]:
    """Words between white space; lines as they stand, blank ones included."""
    words, lines = text.split(), text.split("\n")
    chars, total = sum(map(len, words)), max(len(words), 1)
    values = {
        "word_count": len(words),
        "median_word_length": median(map(len, words)) if words else 0,
        "symbol_to_word_ratio": sum("#" in w or "…" in w for w in words) / total,
        "fraction_of_words_with_alpha_character": sum(any(map(str.isalpha, w)) for w in words) / total,
        "required_word_count": sum(w in STOP_WORDS for w in words),
        "fraction_of_lines_starting_with_bullet_point": sum(s.startswith(("*", "-")) for s in lines) / len(lines),
        "fraction_of_lines_ending_with_ellipsis": sum(s.endswith("…") for s in lines) / len(lines),
    }
    again = {line: n for line, n in Counter(lines).items() if n > 1}
    values["fraction_of_duplicate_lines"] = sum(again.values()) / len(lines)
    values["fraction_of_characters_in_duplicate_lines"] = sum(len(s) * n for s, n in again.items()) / max(chars, 1)
    for n in range(2, 11):
        grams = Counter(zip(*(words[k:] for k in range(n)), strict=False))
        sizes = {gram: count * sum(map(len, gram)) for gram, count in grams.items()}
        if n < 5:
            top = grams.most_common(1)
            values[f"fraction_of_characters_in_most_common_{n}grams"] = sizes[top[0][0]] / chars if top else 0
        else:
            repeated = sum(size for gram, size in sizes.items() if grams[gram] > 1)
            values[f"fraction_of_characters_in_duplicate_{n}grams"] = repeated / max(sum(sizes.values()), 1)
    return values


def tokens(text: str) -> list[str]:
    """Near to spaCy's English words: punctuation marks are words of their own, and so is what follows an apostrophe."""
    return re.findall(r"n't\b|'(?:s|re|ve|ll|d|m)\b|\w+(?=n't\b)|\w+(?:[.,:/@-]\w+)*|\.\.+|[^\w\s]", text)


def gopher_quality(text: str) -> bool:
    """datatrove: the share of words with a letter is of tokens, punctuation among them."""
    words = tokens(text)
    real = [w for w in words if any(c.isalnum() for c in w)]
    letters = sum(any(map(str.isalpha, w)) for w in words)
    return len(real) >= 50 and letters >= 0.8 * len(words) and len(STOP_WORDS.intersection(words)) >= 2


def gopher_repetition(text: str) -> bool:
    """datatrove: n-grams of tokens, with spaces; the most frequent counts even if it occurs once, overlaps twice."""
    words = tokens(text)
    for n, most in ((2, 0.2), (3, 0.18), (4, 0.16)):
        grams = Counter(" ".join(words[k : k + n]) for k in range(len(words) - n + 1)).most_common(1)
        if grams and len(grams[0][0]) * grams[0][1] > most * len(text):
            return False
    return all(_repeated(words, n) <= (0.20 - n / 100) * len(text) for n in range(5, 11))


def _repeated(words: list[str], n: int) -> int:
    """Characters of n-grams seen before, without the space between words, a step of n behind each."""
    seen, at, chars = set(), 0, 0
    while at <= len(words) - n:
        gram = "".join(words[at : at + n])
        chars, step = (chars + len(gram), n) if gram in seen else (chars, 1)
        seen.add(gram)
        at += step
    return chars


def c4_quality(text: str) -> bool:
    """datatrove: at least 5 sentences in lines of 3 words that have no notice; a page with `{` or lorem ipsum goes."""
    from tests.oracles.plain_lines import POLICIES, sentences

    found = 0
    for line in filter(None, (line.strip() for line in text.split("\n"))):
        lower = line.lower()
        if "{" in line or "lorem ipsum" in lower:
            return False
        if len(line.split()) >= 3 and "javascript" not in lower and not any(p in lower for p in POLICIES):
            found += sentences(line)
    return found >= 5


def fineweb_quality(text: str) -> bool:
    """datatrove: duplicated lines from 0.01 on (the paper: 0.1), short is 30 and fewer, and newlines by words."""
    lines = [line for line in text.split("\n") if line.strip()]
    if not lines:
        return False
    ends = sum(line.rstrip().endswith((".", "!", "?", "'", '"', "…", "”", "’")) for line in lines) / len(lines)
    short = sum(len(line) <= 30 for line in lines) / len(lines)
    repeated = sum(len(line) for k, line in enumerate(lines) if line in lines[:k]) / len(text.replace("\n", ""))
    return ends >= 0.12 and short <= 0.67 and repeated <= 0.01 and text.count("\n") <= 0.3 * len(tokens(text))
