"""A record to its text: bytes decoded, markup taken off, line ends made one.

Plain text is kept as it is but for line ends, byte order marks and NUL, which are removed. Whatever goes wrong inside
an engine becomes the status of the one document.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from curate.charset import decode
from curate.extract import head, licence
from curate.extract.cited import cited
from curate.sources.record import OK, Record


class Settings(Protocol):
    """The `extract` section of a recipe."""

    @property
    def engine(self) -> str: ...
    @property
    def min_confidence(self) -> float: ...
    @property
    def max_bytes(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Extracted:
    text: str = ""
    title: str | None = None
    status: str = OK
    charset: str | None = None
    license: str | None = None
    rights: tuple[str, ...] = ()
    links: tuple[str, ...] = ()  # that a page of Wikipedia cites
    extractor: str | None = None  # of HTML
    confidence: float | None = None


def extract(record: Record, settings: Settings) -> Extracted:
    """The text of `record`, or a status that says why there is none. Never raises on bad input."""
    whole = Extracted("", record.title, record.status, record.charset, record.license, record.rights)
    if record.status != OK:
        return whole
    try:
        return _extract(record, settings)
    except Exception as error:  # an engine's bug costs one document, not the run
        return _failed(record, f"extract_error: {type(error).__name__}")


def _extract(record: Record, settings: Settings) -> Extracted:
    body = record.body or ""
    if len(body) > settings.max_bytes:
        return _failed(record, "too_large")
    marked_up = record.media in ("html", "fragment")
    decoded = (body, record.charset) if isinstance(body, str) else decode(body, record.charset, marked_up)
    if decoded is None:
        return _failed(record, "undecodable")
    markup, charset = decoded
    title, license, rights, status = record.title, record.license, record.rights, OK
    extractor, confidence = None, None
    if record.media == "html":
        from curate.extract import html

        title = title or head.title(markup)
        license = license or licence.of_page(markup, record.url)
        rights = tuple(sorted({*rights, *head.rights(markup)}))
        found = html.main_text(markup, settings.engine, settings.min_confidence)
        text, extractor, confidence = found.text, found.extractor, found.confidence
    elif record.media == "fragment":
        from curate.extract import html

        text, extractor = html.fragment_text(markup), "html"
    elif record.media == "wikitext":
        from curate.extract import wikitext

        text = wikitext.text(markup, record.hidden, record.language)
    elif record.media == "gutenberg":
        from curate.extract import gutenberg

        text = gutenberg.text(markup)
    elif record.media == "latex":
        from curate.extract import latex

        text, told = latex.to_text(markup)
        title = title or told or None
    elif record.media == "notebook":
        from curate.extract import notebook

        text, status = notebook.text(markup)
    else:
        text = markup
    if "\r" in text:  # a search for one character is ten times as fast as for two
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = (text.replace("\0", "") if "\0" in text else text).removeprefix("\ufeff")
    if status == OK and (not text or text.isspace()):
        status = "empty"
    links = cited(record.media, record.url, markup)
    text = text if status == OK else ""
    return Extracted(text, title, status, charset, license, rights, links, extractor, confidence)


def _failed(record: Record, status: str) -> Extracted:
    return Extracted("", record.title, status, record.charset, record.license, record.rights)
