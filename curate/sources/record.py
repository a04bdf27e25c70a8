"""The two things that readers trade in: a piece of a file, and a record of it.

A record is what the source holds, before any extraction. Broken input is a record with a status too, so that it gets
a row and an account; a reader raises only where the machine fails (a disk, a network).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

MAX_BYTES = 64 << 20
OK = "ok"
EPOCH = datetime(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class Piece:
    """A row of `schemas.SHARDS`, without the numbers of shard and piece."""

    source: str
    source_index: int
    group: str
    url: str
    path: str
    start: int
    end: int
    bytes: int


@dataclass(slots=True)
class Record:
    offset: int
    url: str | None = None
    date: int | None = None
    status: str = OK
    media: str = ""
    body: bytes | str | None = None
    charset: str | None = None
    http_status: int | None = None
    content_type: str | None = None
    digest: str | None = None
    title: str | None = None
    license: str | None = None
    rights: tuple[str, ...] = ()
    language: str | None = None
    member: str | None = None
    path: str | None = None  # of the file it lies in, where that is not the file of its piece
    hidden: frozenset[str] = frozenset()  # of wikitext: its wiki's names of namespaces whose links show nothing


@dataclass(frozen=True)
class Options:
    """What a reader needs to know besides its piece; `settings` are what its source states for its kind."""

    fields: Mapping[str, str]
    bodies: bool = True
    max_bytes: int = MAX_BYTES
    settings: Mapping[str, Any] = field(default_factory=dict)
    sample: float | None = None


_USUAL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}Z")  # of crawls: parsed in C
_DATE = re.compile(r"(\d{4})-(\d\d)(?:-(\d\d))?(?:[T ](\d\d):(\d\d)(?::(\d\d))?(?:\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?)?$")


def epoch(stated: object) -> int | None:
    """Seconds since 1970 of an ISO 8601 date, a 14-digit timestamp or a number of (milli)seconds; None of all else."""
    if isinstance(stated, datetime):
        return int((stated if stated.tzinfo else stated.replace(tzinfo=UTC)).timestamp())
    if isinstance(stated, (int, float)) and not isinstance(stated, bool):
        return _plausible(stated)
    if not isinstance(stated, str):
        return None
    if _USUAL.fullmatch(stated):
        try:
            return _seconds(datetime.fromisoformat(stated))
        except ValueError:
            return None
    found = _DATE.match(stated.strip())
    if not found:
        return _compact(stated)
    *parts, zone = found.groups()
    year, month, day, hour, minute, second = (int(part or at < 3) for at, part in enumerate(parts))
    try:
        moment = datetime(year, month, day, hour, minute, second)
        if zone and zone != "Z":
            away = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
            moment = moment - away if zone[0] == "+" else moment + away
    except (ValueError, OverflowError):
        return None
    return _seconds(moment)


def _seconds(moment: datetime) -> int:
    """Of a moment in UTC; `timestamp()` takes as long as all the rest."""
    days = moment.toordinal() - EPOCH
    return ((days * 24 + moment.hour) * 60 + moment.minute) * 60 + moment.second


def _plausible(number: float) -> int | None:
    """Seconds, or milliseconds where seconds would lie past the year 5138; Arrow and Python hold both."""
    if not -1e11 < number < 1e14:  # also refuses NaN
        return None
    return int(number / 1000) if number >= 1e11 else int(number)


def _compact(stated: str) -> int | None:
    digits = stated.strip()
    if len(digits) not in (8, 14) or not (digits.isascii() and digits.isdigit()):
        return None
    day = f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}"
    return epoch(day if len(digits) == 8 else f"{day}T{digits[8:10]}:{digits[10:12]}:{digits[12:14]}Z")


def clean(value: object) -> str | None:
    """A string that Arrow can hold: lone surrogates replaced, NUL removed; None if it is none or empty."""
    if not isinstance(value, str):
        return None
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return (value.replace("\0", "") if "\0" in value else value) or None
