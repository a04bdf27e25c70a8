"""The rows of a Stack Exchange dump's Posts.xml, one at a time, out of bytes that are handed in.

A post is an element `<row .../>` whose attributes hold everything. In XML no `<` stands in an attribute, so the file
is cut at `<row ` whatever its line ends, and each row is parsed for itself, by expat. So no document type, hence no
entity, can be declared; a row is at most as long as a record may be; and a broken row costs itself only. Dumps hold
characters that XML forbids (`&#x1F;`): a row with any is parsed once more without them. A stretch of broken
rows is one, the first: a stretch are those of a bucket of threads up to its next good row, and of those that name no
thread the ones in 64 KB; so it is the same in however many parts the file is read, and a bomb of them is small. In a
file whose root is not `posts` there are none. 50 MB a CPU second.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from xml.parsers import expat

from curate.sources.record import OK, clean, epoch

QUESTION, ANSWER, OTHER, BROKEN = range(4)
NOWHERE = 1 << 62  # plus its byte in the file: the offset of what has no number of its own
BUCKET_BITS = 16  # threads whose numbers agree above these lie together
_NO_SITE = 1 << 28  # no site has a post of this number or above
_START = b"<row "
_PLACE = re.compile(rb'Id="(\d{1,18})" PostTypeId="(\d{1,9})"(?: ParentId="(\d{1,18})")?')
_ROOT = b"<posts"
_FORBIDDEN = re.compile(
    r"&#(?:x(?:[0-8BCEF]|1[0-9A-F]|D[89A-F]..|FFF[EF])|[0-8]|1[124-9]|2[0-9]|3[01]);|[\0-\x08\x0b\x0c\x0e-\x1f]", re.I
)


class Post(NamedTuple):
    thread: int  # number of the question
    kind: int
    id: int
    at: int  # byte of the row in the file
    score: int = 0
    date: int | None = None  # of the last change of its text
    accepted: int = 0  # of a question, the answer's number
    title: str = ""
    license: str = ""
    body: str = ""
    status: str = OK


class Rows:
    """Bytes in by `feed`, posts out; `finish` gives the last one. Of `parts` of the threads only those of `part`."""

    def __init__(self, limit: int, bodies: bool, part: int = 0, parts: int = 1) -> None:
        self._limit, self._bodies = limit, bodies
        self._part, self._parts = part, parts
        self._held = b""  # of the row that is begun, or of what precedes the first
        self._at = 0  # where that starts
        self._dropped = 0  # bytes of it that are over the limit and no longer held
        self._begun = self.any_post = False
        self._told: set[int] = set()  # buckets whose last row was broken, which is told of

    def feed(self, data: bytes) -> Iterator[Post]:
        first, *rest = (self._held + data).split(_START)
        for row in rest:
            yield from self._row(first)
            self._at += self._dropped + len(first) + len(_START) * self._begun
            self.any_post |= not self._begun and _ROOT in first
            self._begun, self._dropped, first = True, 0, row
        if len(first) > self._limit + len(_START):  # only what may begin the next row is held
            self._dropped += len(first) - len(_START)
            first = first[-len(_START) :]
        self._held = first

    def finish(self, whole: bool = True) -> Iterator[Post]:
        """The last row; where the bytes broke off (not `whole`), only if it is complete."""
        if whole or self._held.rstrip().endswith((b"/>", b"</posts>")):
            yield from self._row(self._held)

    def _row(self, row: bytes) -> Iterator[Post]:
        """Whose a row is follows from its thread; of one that cannot be parsed, from its first attributes or place."""
        if not self.any_post:
            return
        thread = None
        if self._dropped or len(row) > self._limit:
            post = _broken(self._at, "too_large")
        else:
            thread = _thread(row) if self._parts > 1 else None
            if thread is not None and not self._is_mine(thread):
                return
            try:
                post = _post(_attributes(row), self._at, self._bodies)
            except (expat.ExpatError, ValueError, KeyError):
                post, thread = _broken(self._at, "broken_row"), _thread(row)
        thread = post.thread if thread is None else thread
        if self._is_mine(thread) and not self._is_told(thread >> BUCKET_BITS, post.status == "broken_row"):
            yield post

    def _is_told(self, bucket: int, is_broken: bool) -> bool:
        """Whether this row goes on with a stretch of broken ones."""
        if is_broken and bucket in self._told:
            return True
        (self._told.add if is_broken else self._told.discard)(bucket)
        return False

    def _is_mine(self, thread: int) -> bool:
        return (thread >> BUCKET_BITS) % self._parts == self._part


def _thread(row: bytes) -> int | None:
    """The thread of a row whose attributes begin as dumps write them, without a parse."""
    found = _PLACE.match(row)
    thread = int(found[3] if found[2] == b"2" else found[1]) if found and (found[2] != b"2" or found[3]) else _NO_SITE
    return thread if thread < _NO_SITE else None


def _broken(at: int, status: str) -> Post:
    return Post(NOWHERE + at, BROKEN, NOWHERE + at, at, status=status)


def _attributes(row: bytes) -> dict[str, str]:
    if b"Id" not in row:  # spares a file of nothing but `<row ` a parser for each
        raise KeyError("Id")
    element = _START + row[: row.rfind(b"/>")] + b"/>"
    try:
        return _parsed(element)
    except expat.ExpatError:
        allowed = _FORBIDDEN.sub("", element.decode("utf-8", "replace")).encode()
        if allowed == element:
            raise
        return _parsed(allowed)


def _parsed(element: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = lambda name, attributes: found.update(attributes)
    parser.Parse(element, True)
    return found


def _post(row: dict[str, str], at: int, bodies: bool) -> Post:
    number, kind = _number(row["Id"]), _KINDS.get(row["PostTypeId"], OTHER)
    body = row["Body"] if kind != OTHER else ""  # asked for even where it is not kept, so that rows stay the same
    dates = [date for name in _DATES if (date := epoch(row.get(name, "")[:19] + "Z")) is not None]  # UTC
    return Post(
        _number(row["ParentId"]) if kind == ANSWER else number,
        kind,
        number,
        at,
        _score(row.get("Score", "0")),
        max(dates, default=None),
        _number(row.get("AcceptedAnswerId", "0")),
        clean(row.get("Title")) or "",
        clean(row.get("ContentLicense")) or "",
        (clean(body) or "") if bodies else "",
        "other_post" if kind == OTHER else OK,
    )


_KINDS = {"1": QUESTION, "2": ANSWER}
_DATES = ("CreationDate", "LastEditDate")


def _number(stated: str) -> int:
    """Of a post; raises ValueError of what is none."""
    number = int(stated) if len(stated) < 19 else -1
    if number < 0:
        raise ValueError(stated)
    return number


def _score(stated: str) -> int:
    return int(stated) if len(stated) < 12 else 0
