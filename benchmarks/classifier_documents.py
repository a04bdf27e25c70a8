"""Documents of the development data as Curate extracts them, for labels that the markup, a link or an origin gives."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyarrow as pa

from curate import sources
from curate.dedup.urls import host
from curate.extract import extract
from curate.language import identify
from curate.recipe import of_inputs
from curate.sources.record import Record

CHARS = 3000  # of a document that is judged, learnt from and scored
_BLOCK = re.compile(r"<(pre|code)\b[^>]*>(.*?)</\1\s*>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Document:
    text: str  # its beginning
    key: str  # its host, or of threads and articles its address
    host: str
    language: str
    has_code: bool  # whether its markup says that anything in it is code
    code: float  # share of the text that is
    links: tuple[str, ...]


@cache
def documents(data: Path, *paths: str) -> tuple[Document, ...]:
    """What is in these files and has text."""
    recipe = of_inputs([str(data / path) for path in paths])
    pieces, _ = sources.find(recipe)
    found = [one for piece in pieces for _, record in sources.read(piece) for one in _of(record, piece.group, recipe)]
    languages = identify(pa.array([one.text for one in found], pa.string()))[0].to_pylist()
    return tuple(Document(**{**vars(one), "language": name}) for one, name in zip(found, languages, strict=True))


def _of(record: Record, group: str, recipe) -> Iterator[Document]:
    extracted = extract(record, recipe.extract) if record.status == "ok" else None
    if extracted is None or not extracted.text.strip():
        return
    text, url = extracted.text[:CHARS], record.url or record.path or ""
    of = host(url) or url
    blocks = _code(record.body) if record.media in ("html", "fragment") else []
    flat = " ".join(text.split())
    shown = sum(len(block) for block in blocks if block[:60] in flat)
    key = of if group == "web" else url
    yield Document(text, key, of, "", bool(blocks), shown / len(text), extracted.links)


def _code(body: bytes | str | None) -> list[str]:
    """Texts of <pre> and <code>, white space collapsed, those of three characters and fewer left out."""
    markup = body.decode("utf-8", "replace") if isinstance(body, bytes) else body or ""
    found = (" ".join(html.unescape(_TAG.sub("", block[2])).split()) for block in _BLOCK.finditer(markup))
    return [block for block in found if len(block) > 3]
