"""The items of a benchmark file: JSON Lines, JSON, CSV, Parquet or text, compressed or not, or a folder of such files.

An item is a row: the values of the fields that the recipe names, in its order. Of text it is a line, and of a folder
of text a file. A value may be a list (the choices of a question) or nested (`question.stem`). A benchmark is
configuration: what can't be read in it stops the run, named, instead of being looked for by half.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from curate.errors import UserError

if TYPE_CHECKING:
    from curate.recipe.sections import Benchmark

COMPRESSED = (".gz", ".zst", ".bz2", ".xz")


class Items(NamedTuple):
    """`ids` and `texts` of the items of one benchmark."""

    ids: list[str]
    texts: list[str]


def items(benchmark: Benchmark) -> Items:
    """Every item of the file, or of the files of the folder in order of their names."""
    from curate.storage import is_folder, list_files

    folder = is_folder(benchmark.path)
    ids: list[str] = []
    texts: list[str] = []
    for path in list_files(benchmark.path) if folder else [benchmark.path]:
        rows = list(_rows(path, whole=folder))
        _check_fields(path, rows, benchmark)
        for number, row in enumerate(rows, len(ids)):
            texts.append("\n".join(_plain(_value(row, field)) for field in benchmark.fields or ["text"]))
            ids.append(_plain(_value(row, benchmark.id)) if benchmark.id else str(number))
    if not texts:
        raise UserError(f"contamination.benchmarks: {benchmark.path} has no item.")
    return Items(ids, texts)


def suffix(path: str) -> str:
    """What says how a file is read: `.jsonl` for `a.jsonl.gz`."""
    stem, ending = os.path.splitext(path.lower())
    return os.path.splitext(stem)[1] if ending in COMPRESSED else ending


def _rows(path: str, whole: bool) -> Iterator[dict[str, Any]]:
    kind = suffix(path)
    try:
        content = _content(path)
        if kind == ".parquet":
            import pyarrow.parquet as pq

            yield from pq.read_table(io.BytesIO(content)).to_pylist()
            return
        text = content.decode("utf-8-sig")
        if kind in (".jsonl", ".ndjson"):
            yield from (json.loads(line) for line in text.split("\n") if line.strip())
        elif kind == ".json":
            yield from _table(json.loads(text))
        elif kind == ".csv":
            yield from csv.DictReader(io.StringIO(text, newline=""), restkey="")
        else:
            yield from ({"text": part} for part in ([text] if whole else text.split("\n")) if part.strip())
    except (OSError, ValueError, csv.Error, RecursionError) as error:  # pyarrow's and json's errors are ValueErrors
        raise UserError(f"contamination.benchmarks: {path} can't be read as {kind or 'text'}: {error}") from error


def _content(path: str) -> bytes:
    from curate.sources.compressed import Broken, chunks
    from curate.storage import open_read

    with open_read(path) as stream:
        try:
            return b"".join(chunks(stream))
        except Broken as broken:
            raise ValueError(broken.args[0]) from None


def _table(read: Any) -> list[dict[str, Any]]:
    """The rows of a JSON file: a list, or the one list of an object (`{"data": [...]}`)."""
    if isinstance(read, dict):
        lists = [value for value in read.values() if isinstance(value, list)]
        read = lists[0] if len(lists) == 1 else None
    if not isinstance(read, list):
        raise ValueError("it holds no list of rows")
    return read


def _check_fields(path: str, rows: list[dict[str, Any]], benchmark: Benchmark) -> None:
    from curate.recipe.names import did_you_mean

    if any(not isinstance(row, dict) for row in rows):
        raise UserError(f"contamination.benchmarks: {path} has a row that is no object with fields.")
    columns = sorted({name for row in rows for name in row})
    for field in [*benchmark.fields, *([benchmark.id] if benchmark.id else [])]:
        if rows and all(_value(row, field) is None for row in rows):
            raise UserError(
                f"contamination.benchmarks: no row of {path} has {field!r}{did_you_mean(field, columns)} "
                f"(there are {', '.join(columns)})"
            )


def _value(row: Any, field: str) -> Any:
    if field in row:
        return row[field]
    for part in field.split("."):
        row = row.get(part) if isinstance(row, dict) else None
    return row


def _plain(value: Any) -> str:
    """Text of a value; of a list or an object that of its parts, a line each."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return "\n".join(map(_plain, value))
    return "" if value is None else str(value).encode("utf-8", "replace").decode()  # JSON may hold half a character
