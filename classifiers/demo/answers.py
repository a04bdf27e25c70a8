"""What a good judge would say of each document of the demonstration: known, since it is known what each was made of.

The kind of a document follows from its address and group (see curate.demo.plants): an article, a listing of functions
as pydoc prints it, a page of a shop. The answer of each task goes by the kind alone, so a classifier that is trained on
these answers learns to tell how a page is written, never where it lies. Nothing here knows a text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import numpy as np

from classifiers.annotate import eligible

_OF_HOST = {
    "adult0": "adult",
    "adult1": "adult",
    "broken": "foreign",
    "cheap": "spam",
    "lookalikes": "garbled",
    "maths": "mathematics",
    "people": "contacts",
    "shops": "spam",
} | dict.fromkeys(("de", "es", "fr", "ru", "zh"), "foreign")
_OF_GROUP = {"books": "book", "code": "code", "reference": "encyclopedia"}
_TASKS = ("quality", "code", "reasoning", "adult", "topic")
_ANSWERS: dict[str, tuple[int | str, ...]] = {  # of each kind, to each task
    "adult": (0, 0, 0, "adult", "adult"),
    "article": (4, 2, 1, "other", "software"),
    "book": (4, 4, 2, "other", "software"),
    "code": (2, 4, 1, "other", "software"),
    "contacts": (0, 0, 0, "other", "other"),
    "encyclopedia": (5, 2, 1, "other", "software"),
    "foreign": (3, 0, 0, "other", "other"),
    "garbled": (1, 1, 0, "other", "software"),
    "listing": (2, 3, 0, "other", "software"),
    "mathematics": (4, 0, 5, "other", "science"),
    "spam": (0, 0, 0, "other", "other"),
}


def kind(url: str | None, group: str) -> str:
    """What it was made as: a key of _ANSWERS."""
    if group in _OF_GROUP:
        return _OF_GROUP[group]
    host = (url or "").partition("://")[2].partition("/")[0].removeprefix("www.")
    if named := _OF_HOST.get(host.partition(".")[0]):
        return named
    if page(url or "") != url:  # an article once more, its words shuffled
        return "garbled"
    return "listing" if "/pydoc/" in (url or "") else "article"


def page(url: str) -> str:
    """The address without the number of its shuffled version, which has the same words and is no other page."""
    return re.sub(r"(?<=[a-z]\.(?:org|net)/)([A-Za-z][\w.]*)/\d+$", r"\1", url)


def answers(corpus: str, task: str) -> Iterator[tuple[str, str]]:
    """(SHA-256 of the text as the corpus has it after `clean`, answer) of all documents of the demonstration."""
    asked = _TASKS.index(task)
    found = eligible.of(corpus, "all")
    for number, shard in zip(found.files, found.shards(), strict=True):
        for row in found.read(number, np.asarray(shard["at"])).select(["url", "group", "text"]).to_pylist():
            text = row["text"].encode("utf-8", "surrogatepass")
            yield sha256(text).hexdigest(), str(_ANSWERS[kind(row["url"], row["group"])][asked])


def write(corpus: str, task: str, path: str | Path) -> int:
    """A file for `python -m classifiers.judge --truth`; the number of its lines."""
    lines = [json.dumps({"sha256": digest, "answer": answer}) for digest, answer in sorted(answers(corpus, task))]
    Path(path).write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return len(lines)
