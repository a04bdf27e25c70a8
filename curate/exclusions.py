"""Lists of what must go: addresses, hosts and documents that someone asked to have taken out.

A list is a CSV file (RFC 4180, UTF-8) whose first row names its columns: `url`, `host`, `uid`, one of them at
least, and `reason` if there is one. Each further row states one of the three. Blank lines
and lines that begin with # are passed over; anything else stops at once with file and line, for a row that is not
understood would leave in what should go. An address is compared as the key that `urls` compares by; a host takes
all below it. A uid is hexadecimal as `curate explain` prints it, or decimal as `text/` holds it; sixteen digits without
a letter may be either (one uid in 2,000), so they are refused until they say which.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from curate import storage
from curate.dedup.urls import host, normalise, upwards
from curate.errors import UserError

NAMED = 10  # rows of lists that a message names
NAMES = ("url", "host", "uid")
COLUMNS = (*NAMES, "reason")
_HOST = re.compile(r"(?=.{1,253}\Z)[^\s/:@?#.,]+(\.[^\s/:@?#.,]+)+")
_HEX = re.compile("0x([0-9a-f]{1,16})|([0-9a-f]{16})")
_DECIMAL = re.compile(r"\+?([0-9]{1,20})")
_EITHER = re.compile("[0-9]{16}")


@dataclass(frozen=True)
class Entry:
    """One row: what it names, and where it stands."""

    name: str
    value: str
    file: str
    line: int
    reason: str = ""

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"

    def __str__(self) -> str:
        """`takedown.csv:3 (the author's wish)`"""
        return self.place + (f" ({self.reason})" if self.reason else "")


class Exclusions:
    """Looks documents up in the entries of several lists; of those that name a document the first decides."""

    def __init__(self, paths: Sequence[str]) -> None:
        self.entries = [entry for path in paths for entry in read(path)]
        self._found: dict[tuple[str, str], int] = {}
        for at, entry in enumerate(self.entries):
            self._found.setdefault((entry.name, _key(entry)), at)
        self._names = {entry.name for entry in self.entries}
        self._matched: set[tuple[str, str]] = set()

    def __len__(self) -> int:
        return len(self.entries)

    def of(self, url: str | None, uid: int) -> Entry | None:
        """The entry that names the document of this address and uid."""
        keys = [("uid", f"{uid:016x}")]
        if url and "url" in self._names:
            keys.append(("url", normalise(url)))
        if url and "host" in self._names:
            keys += [("host", name) for name in upwards(host(url))]
        found = [key for key in keys if key in self._found]
        self._matched.update(found)
        return self.entries[min(self._found[key] for key in found)] if found else None

    def unmatched(self) -> list[Entry]:
        """Entries that named none of the documents looked up so far: a slip of the pen looks like compliance."""
        return [entry for entry in self.entries if (entry.name, _key(entry)) not in self._matched]


def read(path: str) -> list[Entry]:
    """The entries of a list, in order; UserError names the line that is not understood."""
    try:
        text = storage.read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: is not UTF-8 (byte {error.start}); save it as UTF-8") from None
    rows = _rows(path, text)
    line, columns = next(rows, (1, []))
    columns = [name.strip().lower() for name in columns]
    unknown = [name for name in columns if name not in COLUMNS]
    if unknown or not set(columns) & set(NAMES) or len(set(columns)) < len(columns):
        said = ", ".join(columns) or "nothing"
        wanted = "the first row must name the columns, each once, of url, host, uid and reason"
        raise UserError(f"{path}:{line}: {wanted}; it says {said[:80]}")
    return [_entry(path, line, columns, row) for line, row in rows]


def _rows(path: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of each row that is neither blank nor a comment."""
    reader, before = csv.reader(io.StringIO(text, newline=""), strict=True), 0
    try:
        for row in reader:
            line, before = before + 1, reader.line_num
            if row and any(cell.strip() for cell in row) and not row[0].lstrip().startswith("#"):
                yield line, row
    except csv.Error as error:
        raise UserError(f"{path}:{before + 1}: is no CSV ({error}); look for an unclosed quote") from None


def _entry(path: str, line: int, columns: list[str], row: list[str]) -> Entry:
    if len(row) > len(columns):
        many = f"{len(row)} cells for {len(columns)} columns"
        raise UserError(f"{path}:{line}: has {many}; put text with commas in quotes")
    cells = {name: cell.strip() for name, cell in zip(columns, row, strict=False)}
    stated = [name for name in NAMES if cells.get(name)]
    if len(stated) != 1:
        many = " and ".join(stated) or "none"
        raise UserError(f"{path}:{line}: states {many} of url, host and uid; a row states one")
    [name] = stated
    value = cells[name].lower() if name != "url" else cells[name]
    wrong = {
        "url": not host(value) and "a web address with scheme and host, such as https://example.org/page",
        "host": not _HOST.fullmatch(value) and "a host such as example.org, without scheme and path",
        "uid": name == "uid" and _no_uid(value),
    }[name]
    if wrong:
        raise UserError(f"{path}:{line}: {value[:80]!r} is not {wrong}")
    value = f"{_uid(value):016x}" if name == "uid" else value
    return Entry(name, value, os.path.basename(path), line, cells.get("reason", ""))


def _no_uid(value: str) -> str:
    """What is wrong with a uid; empty where nothing is."""
    if _EITHER.fullmatch(value):
        return f"clear: 16 digits may be hexadecimal or decimal; write 0x{value} or +{value}"
    is_uid = _HEX.fullmatch(value) or (_DECIMAL.fullmatch(value) and int(value) < 1 << 64)
    return "" if is_uid else "a uid: 16 hex digits as `curate explain` prints it, or decimal as text/ has it"


def _uid(value: str) -> int:
    stated = _HEX.fullmatch(value)
    return int(stated[1] or stated[2], 16) if stated else int(value)


def _key(entry: Entry) -> str:
    if entry.name == "url":
        return normalise(entry.value)
    return host(f"https://{entry.value}/") or entry.value if entry.name == "host" else entry.value
