"""The definitions of the built-in signals in plain Python, slow and obvious: {signal: value} of one text."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from curate.kernels.unspaced import is_unspaced
from tests.oracles.plain_personal import places
from tests.oracles.plain_words import words as split

STOP_WORDS = {"the", "be", "to", "of", "and", "that", "have", "with"}


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def paragraphs(text: str) -> list[str]:
    groups: list[list[str]] = [[]]
    for line in text.split("\n"):
        if line.strip():
            groups[-1].append(line)
        else:
            groups.append([])
    return ["\n".join(g).strip() for g in groups if g]


def gopher(text: str) -> dict[str, float]:
    words, kept = split(text), lines(text)
    ascii_lower = [re.sub("[A-Z]", lambda m: m[0].lower(), w) for w in words]
    return {
        "words": len(words),
        "mean_word_length": _ratio(sum(map(len, words)), len(words)),
        "hash_word_ratio": _ratio(text.count("#"), len(words)),
        "ellipsis_word_ratio": _ratio(text.count("...") + text.count("…"), len(words)),
        "bullet_line_ratio": _ratio(sum(line[0] in "-*•‣⁃◦▪●·" for line in kept), len(kept)),
        "ellipsis_line_ratio": _ratio(sum(line.endswith(("...", "…")) for line in kept), len(kept)),
        "alpha_word_ratio": _ratio(sum(any(c.isalpha() for c in w) for w in words), len(words)),
        "stop_words": len(STOP_WORDS.intersection(ascii_lower)),
    }


def repetition(text: str) -> dict[str, float]:
    values = {}
    for unit, segments in (("line", lines(text)), ("paragraph", paragraphs(text))):
        again = [s for i, s in enumerate(segments) if s in segments[:i]]
        values[f"dup_{unit}_fraction"] = _ratio(len(again), len(segments))
        values[f"dup_{unit}_char_fraction"] = _ratio(sum(map(len, again)), sum(map(len, segments)))
    words = split(text)
    for n in range(2, 11):
        grams = [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]
        if n < 5:
            gram, times = Counter(grams).most_common(1)[0] if grams else ((), 0)
            places = [i for i, g in enumerate(grams) if g == gram] if times > 1 else []
            name = f"top_{n}gram_char_fraction"
        else:
            seen: set[tuple[str, ...]] = set()
            places = [i for i, g in enumerate(grams) if g in seen or seen.add(g)]
            name = f"dup_{n}gram_char_fraction"
        under = {w for i in places for w in range(i, i + n)}
        values[name] = _ratio(sum(len(words[w]) for w in under), sum(map(len, words)))
    return values


def pii(text: str) -> dict[str, float]:
    found = Counter(kind for kind, *_ in places(text))
    counts = {f"{kind}s": found[kind] for kind in ("email", "ip", "phone", "card", "iban", "key")}
    return counts | {"density": _ratio(1000 * found.total(), len(text))}


def adult(text: str, terms: Sequence[str]) -> dict[str, float]:
    words, cut = placed_units(text), {tuple(placed_units(t)) for t in terms}
    at = found = 0
    while at < len(words):
        size = max((len(t) for t in cut if t and _alike(words[at : at + len(t)], t)), default=0)
        found, at = found + (size > 0), at + max(size, 1)
    return {"dirty_words": found, "dirty_word_ratio": _ratio(found, len(words))}


def _alike(words: Sequence[tuple[str, bool]], term: Sequence[tuple[str, bool]]) -> bool:
    """The same words, joined to one another where the term's are; what stands before the first doesn't matter."""
    return [w for w, _ in words] == [w for w, _ in term] and [j for _, j in words[1:]] == [j for _, j in term[1:]]


def placed_units(text: str) -> list[tuple[str, bool]]:
    """(word, whether it begins where the one before ends); letters of scripts without spaces are words of their own."""
    found, at, last = [], 0, -1
    while at < len(text):
        start, c = at, text[at]
        at += 1
        if is_unspaced(c):
            while at < len(text) and unicodedata.category(text[at])[0] == "M":
                at += 1
            found.append((text[start:at], start == last))
        elif re.match(r"\w", c):
            while at < len(text) and re.match(r"\w", text[at]) and not is_unspaced(text[at]):
                at += 1
            found.append((shingle_words(text[start:at])[0], start == last))
        else:
            continue
        last = at
    return found


def shingle_words(text: str) -> list[str]:
    return ["".join(c.lower()[0] for c in w) for w in re.findall(r"\w+", text)]


KEYWORDS = """
async await break case catch class const continue def do done elif else end enum export extern fi finally fn for func
function if impl import include let match module package private public pub raise return static struct switch template
throw try typedef using var void while
"""


COMMAND = re.compile(r"\\[A-Za-z]{2}")


def is_code(line: str) -> bool:
    """One line as it stands in the text."""
    bare, octets = line.strip(), line.strip().encode()
    points = 2 * bool(re.match(r"//|/\*|#!|#[a-z]|<\?|\*/", bare)) + 2 * bare.endswith(("{", "}", ";"))
    points += bare.endswith(("(", ")", "[", "]", ",", ":", "\\"))
    points += re.match("[a-z]*", bare)[0] in KEYWORDS.split()
    points += line[: len(line) - len(line.lstrip())].endswith((" ", "\t"))
    points += 10 * sum(b in b"(){}[]<>=;_&|*+/\"'$#@" for b in octets) >= len(octets)
    return points > 1 and not COMMAND.search(line)


def code(text: str) -> dict[str, float]:
    kept = [line for line in text.split("\n") if line.strip()]
    return {"score": _ratio(sum(map(is_code, kept)), len(kept))} | code_sizes(text)


def code_sizes(text: str) -> dict[str, float]:
    every = text.split("\n")
    counted = every[:-1] if not every[-1] else every
    return {
        "max_line_chars": max(map(len, every)),
        "mean_line_chars": _ratio(sum(map(len, counted)), len(counted)),
        "alnum_ratio": _ratio(sum(c.isalnum() or c == "_" for c in text), len(text)),
    }


def math(text: str) -> dict[str, float]:
    signs = words = 0
    for line in text.split("\n"):
        if line.strip() and not is_code(line):
            marks = COMMAND.findall(line) + re.findall("[$^]|<m[a-z]|[\u2200-\u22ff\U0001d400-\U0001d7ff]", line)
            signs += len(marks) + len(re.findall("(?<![^ ])=(?![^ ])", line.strip()))
            words += len(split(line))
    return {"score": _ratio(10 * signs, 10 * signs + words)}
