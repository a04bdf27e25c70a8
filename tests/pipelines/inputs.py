"""A small corpus with all that a phase decides on: about 200 short documents in WARC, JSON lines and text.

Planted: older captures, exact copies and near-duplicates across files and kinds, a footer in every page, pages that are
too short, empty or broken, formulas, code, and some that a host rule takes.
"""

from __future__ import annotations

import json
import os
import random
from pathlib import Path
from typing import Any

import yaml

from curate.demo.warc import Page, record
from curate.recipe import Recipe, load

COMMON = ["the", "of", "and", "to", "in", "that", "is", "was", "for", "it", "with", "as", "his", "on", "be", "at", "by"]
FOOTER = "All rights reserved by the village press, 1998 to 2024."
RECIPE: dict[str, Any] = {
    "base": None,
    "name": "small",
    "sources": [
        {"paths": ["web"], "group": "web"},
        {"paths": ["facts.jsonl"], "group": "reference", "trust": 1, "weight": 2},
        {"paths": ["books"], "group": "books"},
    ],
    "shards": {"target": 24_000},
    "rules": [{"signal": "gopher.words", "min": 30, "groups": "all"}],
    "hosts": [{"signal": "pii.density", "min_documents": 5, "drop_top_fraction": 0.3}],
    "near_duplicates": {"keep": ["trust", "newest"]},
    "frequent_lines": {"bucket": 40, "in_more_than": 3, "min_chars": 10, "groups": ["web"]},
    "repeated_lines": {"max_percent": 50, "min_words": 20, "groups": ["web"]},
    "divergence": {"drop_top_fraction": 0.05, "min_tokens": 20},
    "select": [{"signal": "gopher.words", "min": 45, "groups": "all"}],
    "categories": [{"category": "code", "groups": ["books"]}, {"category": "facts", "groups": ["reference"]}],
    "mix": {"shares": {"general": 0.5, "code": 0.2, "facts": 0.3}, "max_epochs": 2, "seed": 3},
    "pack": {"lengths": [128, 64]},
}


def make(folder: Path, seed: int = 0) -> Path:
    """Write the corpus and its recipe; returns the path of the recipe."""
    draw = random.Random(seed)
    (folder / "books").mkdir(parents=True)
    (folder / "web").mkdir()
    families = [prose(draw, 220) for _ in range(12)]
    for number in range(2):
        members = [record(page) for page in _pages(draw, number, families)]
        (folder / "web" / f"{number}.warc.gz").write_bytes(b"".join(members))
    (folder / "web" / "notes.doc").write_bytes(b"\xd0\xcf\x11\xe0 nothing that is read")
    lines = [json.dumps({"text": _family_or_prose(draw, n, families), "id": n}) for n in range(80)]
    (folder / "facts.jsonl").write_text("\n".join([*lines[:40], "{broken", *lines[40:]]) + "\n")
    for number in range(30):
        (folder / "books" / f"{number:02d}.txt").write_text(_family_or_prose(draw, number, families) + "\n")
    path = folder / "recipe.yaml"
    path.write_text(yaml.safe_dump(RECIPE, sort_keys=False))
    return path


def recipe(path: Path, **sections: Any) -> Recipe:
    """The recipe of a corpus, with other sections."""
    if not sections:
        return load(str(path))
    other = path.with_name(f"other-{os.getpid()}.yaml")
    other.write_text(yaml.safe_dump({**RECIPE, **sections}, sort_keys=False))
    return load(str(other))


def prose(draw: random.Random, words: int) -> str:
    """Lines of words with a Zipf-like tail."""
    found = [
        draw.choice(COMMON) if draw.random() < 0.5 else f"{_word(int(draw.paretovariate(0.7)))}" for _ in range(words)
    ]
    return "\n".join(" ".join(found[at : at + 11]) + "." for at in range(0, words, 11))


def near(draw: random.Random, text: str, changes: int) -> str:
    """The text with a few words replaced."""
    words = text.split(" ")
    for _ in range(changes):
        words[draw.randrange(len(words))] = _word(draw.randrange(10_000))
    return " ".join(words)


def _pages(draw: random.Random, number: int, families: list[str]) -> list[Page]:
    pages = []
    for n in range(44):
        text = "" if n == 7 else prose(draw, 12) if n % 11 == 5 else _family_or_prose(draw, n, families)
        if n % 6 == 1:
            text += "\n" + "\n".join(f"write to person{k}@mail.example.org today" for k in range(6))
        body = "".join(f"<p>{line}</p>\n" for line in [*text.split("\n"), FOOTER])
        url = f"https://host{n % 6}.example.org/{n // 2 if n > 36 else n}-{number if n % 5 else 0}"
        date = f"2025-0{1 + draw.randrange(9)}-1{draw.randrange(9)}T00:00:00Z"
        pages.append(Page(url, f"<html><body>{body}</body></html>".encode(), date))
    return pages


def _family_or_prose(draw: random.Random, n: int, families: list[str]) -> str:
    if n % 4:
        return prose(draw, 60 + draw.randrange(120))
    family = draw.choice(families)
    return family if n % 8 else near(draw, family, draw.randrange(1, 12))


def _word(rank: int) -> str:
    rank, letters = rank % 50_000 + 20, ""
    while rank:
        rank, letter = divmod(rank, 14)
        letters += "bdfgklmnprstvz"[letter] + "aeiou"[letter % 5]
    return letters
