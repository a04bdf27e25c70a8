"""Books of Project Gutenberg as plain text: a file is a record, told by the words that its header has had since 1991.

The header states title, release and language; its number makes the book's address, so two encodings of a book are two
captures of one URL. The charset that it states is handed on; `curate.extract.gutenberg` takes header, small print and
licence off once the bytes are text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from curate import charset
from curate.sources import text
from curate.sources.record import OK, Options, Piece, Record, clean, epoch

GROUP = "books"
HEADER = 1 << 14  # bytes in which all that a header states lies
_HEADER = re.compile(
    rb"project gutenberg'?s? (?:e-?book|e-?text)|project gutenberg's |free plain vanilla electronic texts"
    rb"|start of (?:the|this) project gutenberg|the project gutenberg license", re.I
)  # fmt: skip
_FIELD = re.compile(
    r"^[ \t]*+\**+[ \t]*+(title|language|release date|posting date|character set encoding|date)[ \t]*:[ \t]*(.*)",
    re.I | re.M,
)
_CONTINUED = re.compile(r"\n[ \t]+(\S[^\n]*)")
_NUMBER = re.compile(r"\[?\b(?:e-?book|e-?text) ?(?:#|no\.? ?)\s?(\d{1,6})\b", re.I)
_BOOK = re.compile(r"(?:the )?project gutenberg(?:'s)? (?:e-?book|e-?text)(?: of)?,? ([^\n]+)\n", re.I)
_AUTHOR = re.compile(", by ", re.I)  # cut off on its own: within `_BOOK` it would cost the cube of a long line
_DAY = re.compile(r"([A-Z][a-z]{2,8})\.?(?: (\d{1,2}))?,? (\d{4})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LANGUAGES = {
    "english": "en", "german": "de", "french": "fr", "spanish": "es", "italian": "it", "portuguese": "pt",
    "dutch": "nl",
    "latin": "la", "greek": "el", "finnish": "fi", "swedish": "sv", "danish": "da", "norwegian": "no", "polish": "pl",
    "czech": "cs", "hungarian": "hu", "russian": "ru", "chinese": "zh", "japanese": "ja", "tagalog": "tl",
    "catalan": "ca",
    "esperanto": "eo", "welsh": "cy", "romanian": "ro", "bulgarian": "bg", "hebrew": "he", "icelandic": "is",
}  # fmt: skip
_PUBLIC_DOMAIN, _RESERVED = "LicenseRef-Public-Domain", "LicenseRef-Project-Gutenberg"


def recognise(path: str, head: bytes) -> bool:
    return _HEADER.search(head[:HEADER]) is not None and not text.looks_like_html(head) and text.recognise(path, head)


def read(piece: Piece, options: Options) -> Iterator[Record]:
    """The book; a second record with the status where the file breaks off."""
    for record in text.read(piece, replace(options, bodies=True)):
        if record.media == "text" and record.status == OK and isinstance(record.body, bytes):
            _state(record, record.body[:HEADER])
            record.body = _latin(record, record.body)
        if not options.bodies:
            record.body = None
        yield record


def _state(record: Record, head: bytes) -> None:
    """What the header says; of a file without one, nothing."""
    stated = re.search(rb"character set encoding:[ \t]*([\w.:-]+)", head, re.I)
    record.charset = stated[1].decode("ascii", "replace") if stated else None
    decoded = charset.decode(head, record.charset)
    header = decoded[0].replace("\r\n", "\n").replace("\r", "\n") if decoded else ""
    if not re.search("project gutenberg", header[:HEADER], re.I):
        return
    record.media = "gutenberg"
    fields: dict[str, str] = {}
    for found in _FIELD.finditer(header.partition("*** START")[0]):
        continued = _CONTINUED.match(header, found.end())
        fields.setdefault(found[1].lower(), f"{found[2]} {continued[1] if continued else ''}".strip())
    number, named = _NUMBER.search(header), _BOOK.search(header)
    record.title = clean(fields.get("title") or (_title(named[1]) if named else None))
    record.date = _date(fields.get("release date") or fields.get("posting date") or fields.get("date") or "")
    record.language = _LANGUAGES.get(fields.get("language", "").split(",")[0].strip().lower())
    record.url = f"https://www.gutenberg.org/ebooks/{number[1]}" if number else None
    record.license = _RESERVED if re.search(r"copyrighted project gutenberg", header, re.I) else _PUBLIC_DOMAIN


def _title(named: str) -> str:
    author = _AUTHOR.search(named, 1)
    return named[: author.start() if author else len(named)].strip()


def _latin(record: Record, body: bytes) -> bytes | str:
    """Latin-1 that a book states is what it is in, unlike that of a server's header, which says so of everything."""
    if record.media != "gutenberg" or (record.charset or "").lower() not in ("iso-8859-1", "latin-1", "latin1"):
        return body
    try:
        body.decode()
    except UnicodeDecodeError:
        record.charset = "cp1252"
        return body.decode("cp1252", "replace")
    return body


def _date(stated: str) -> int | None:
    """Of `November 13, 2006`, `July, 1997` or an ISO date."""
    found = _DAY.search(stated)
    if found is None or found[1][:3].lower() not in _MONTHS:
        return epoch(stated[:10])
    month = _MONTHS.index(found[1][:3].lower()) + 1
    return epoch(f"{found[3]}-{month:02d}-{int(found[2] or 1):02d}")
