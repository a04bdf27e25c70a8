"""The definitions of the line families in plain Python: {signal: value} of one text."""

import re

from tests.oracles.lines import normal
from tests.oracles.plain_signals import _ratio, code_sizes, lines
from tests.oracles.plain_words import words as split

__all__ = ["c4", "ccnet", "code_sizes", "fineweb", "refinedweb"]
CITATION = re.compile(r"\[[0-9]*\]|\[edit\]|\[citation needed\]")
POLICIES = ("terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies", "use cookies")
CLOSING = tuple(".!?\"'…”’»。！？」』؟۔།।॥։።․‼⁇‽．｡။។៕")
STOPS = "。｡！？؟۔।॥།።։။។៕‼⁇"
CLOSERS = "\"')]”’」』）》〉】"
COUNTED = (
    *("bookmark", "comment", "download", "downvote", "follower", "like"),
    *("quote", "repost", "retweet", "share", "upvote", "view"),
)
COUNTER = re.compile(rf"\W*(\d(?:\d|[.,])*)[kKmMbB]?\s+(?:{'|'.join(COUNTED)})s?\W*", re.IGNORECASE)


def ascii_lower(text: str) -> str:
    return re.sub("[A-Z]", lambda m: m[0].lower(), text)


def c4(text: str) -> dict[str, float]:
    kept = lines(text)
    lower = [ascii_lower(line) for line in kept]
    return {
        "terminal_punctuation_line_fraction": _ratio(sum(map(is_terminal, kept)), len(kept)),
        "curly_brackets": text.count("{"),
        "lorem_ipsum_lines": sum("lorem ipsum" in line for line in lower),
        "javascript_lines": sum("javascript" in line for line in lower),
        "policy_lines": sum(any(p in line for p in POLICIES) for line in lower),
        "citation_marks": len(CITATION.findall(text)),
        "sentences": sum(map(sentences, kept)),
        "longest_word": max(map(len, split(text)), default=0),
    }


def is_terminal(line: str) -> bool:
    while (found := re.search(rf"(?<=.)(?:{CITATION.pattern})\Z", line, re.S)) is not None:
        line = line[: found.start()].rstrip(" ")
    return line.endswith(tuple('.!?"”．」』' + STOPS)) and not line.endswith("...")


def sentences(line: str) -> int:
    found = 1
    for mark in re.finditer(r"[.!?](?=[\"')\]]*[ \t]+[^ \ta-z])", line):
        initial = re.search(r"(?:\A|[ .(])[A-Za-z]\Z", line[: mark.start()])
        found += not (mark[0] == "." and initial)
    behind = re.findall(rf"[{STOPS}](?=[{re.escape(CLOSERS)}]*+[ \t]*+(.))", line, re.S)
    return found + sum(character not in STOPS for character in behind)


def fineweb(text: str) -> dict[str, float]:
    kept = lines(text)
    return {
        "punctuated_line_fraction": _ratio(sum(line.endswith(CLOSING) for line in kept), len(kept)),
        "short_line_fraction": _ratio(sum(len(line) < 30 for line in kept), len(kept)),
    }


def refinedweb(text: str) -> dict[str, float]:
    kinds = {
        "upper_case_lines": lambda line: 2 * sum(c.isupper() for c in line) > len(line),
        "numeric_lines": lambda line: all(c.isdigit() for c in "".join(line.split())),
        "counter_lines": is_counter,
        "one_word_lines": lambda line: len(split(line)) == 1,
        "link_lines": is_link,
    }
    kept = lines(text)
    flagged = sum(len(split(line)) for line in kept if any(is_one(line) for is_one in kinds.values()))
    counts = {name: sum(map(is_one, kept)) for name, is_one in kinds.items()}
    return counts | {"flagged_word_fraction": _ratio(flagged, len(split(text)))}


def is_counter(line: str) -> bool:
    """As the expression, but with Python's digits (superscripts among them) and letters of ASCII in any case only."""
    plain = "".join("0" if c.isdigit() else c if c.isascii() or not c.isalnum() else "é" for c in line)
    return COUNTER.fullmatch(re.sub(r"\s", " ", plain)) is not None


def is_link(line: str) -> bool:
    if len(split(line)) > 10:
        return False
    lower = ascii_lower(line)
    begins = re.match(r"sign[ -]in(?![0-9a-z\x80-\U0010ffff])", lower)
    tail = re.sub(r"[. >]*\Z", "", lower)
    tail = re.sub(r" *\Z", "", tail[:-1]) if len(tail.encode()) > 2 and tail[-1] in "…»" else tail
    ends = re.search(r"(?<![0-9a-z\x80-\U0010ffff])read[ -]more\Z", tail)
    return bool(begins or ends or re.search("items[ -]in[ -]cart", lower))


def ccnet(text: str) -> dict[str, float]:
    forms = [f for line in text.split("\n") if (f := normal(line, 0)) is not None]
    kept = lines(text)
    return {
        "length": len(text),
        "lines": len(kept),
        "dup_line_fraction": _ratio(len(forms) - len(set(forms)), len(kept)),
    }
