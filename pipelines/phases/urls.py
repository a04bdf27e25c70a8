"""urls: which records are worth extracting, by their headers alone.

Per record: a list of what must go, HTTP status, content type, blocklisted host, reservation of rights. Then, across
the corpus: of the captures of one URL the newest (or oldest) stays, ties to the lower id; then, of records with one
payload digest, the same. The second comes after the first, so that a payload never falls for a copy that itself falls.
Only (hash, date, id) travel.

What an older corpus that the recipe is `against` has read stands before all of that, whatever its date and whatever
became of it there after `urls`; of its records only those that won there take part, and none of them is decided again.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import xxhash

from curate.corpus import detail
from curate.dedup.urls import host
from curate.recipe import Recipe
from pipelines import flow, ledger, older, shuffle, tables
from pipelines.context import Context
from pipelines.output import ShardOutput
from pipelines.reading import records
from pipelines.runners import Engine
from pipelines.undone import largest_first, undone
from schemas import LEDGER, corpora_of, make_ids, rows_of, shards_of
from schemas import uid as uid_of
from schemas.identity import SHARD_BITS

VERSION = 6  # 5: which rows of lists named nothing; 6: a stretch of broken rows of a dump is one
HEADERS = pa.schema(
    [
        ("row", pa.int64()),
        ("uid", pa.uint64()),
        ("path", pa.string()),
        ("offset", pa.int64()),
        ("url", pa.string()),
        ("url_hash", pa.uint64()),
        ("date", pa.int64()),
        ("digest", pa.uint64()),
        ("sound", pa.bool_()),
        ("rule", pa.string()),
        ("why", pa.string()),
    ]
)
KEY = np.dtype([("hash", "<u8"), ("order", "<i8"), ("id", "<i8")])
LOSS = np.dtype([("id", "<i8"), ("keeper", "<i8")])
TEXT_TYPES = (
    "text/",
    "application/xhtml",
    "application/xml",
    "application/json",
    "application/rss",
    "application/atom",
)
HEADER_ROWS = 8192  # rows that are Python objects at a time
NO_DATE = np.iinfo(np.int64).min + 1
FIRST = np.iinfo(np.int64).min + 1000  # the order of what comes before everything; no date is so long ago
RULES = {"by_url": "urls.older_capture", "by_digest": "urls.same_payload"}


def settings(recipe: Recipe) -> dict[str, Any]:
    return {
        "urls": recipe.section_json("urls"),
        "sources": recipe.section_json("sources.reading"),
        "extract.max_bytes": recipe.extract.max_bytes,  # a record above it takes no one's place
        **({"exclude": recipe.section_json("exclude")} if recipe.exclude else {}),
        **({"against": recipe.section_json("against")} if recipe.against else {}),
    }


def run(context: Context, engine: Engine) -> None:
    numbers = tables.shard_numbers(context)
    if context.recipe.against:
        older.remember(context)
    missing = [n for n in largest_first(context, numbers) if not tables.has(context, "headers", n)]
    flow.run(context, engine, [(n, b"") for n in missing], "pipelines.phases.urls:headers")
    places = [*numbers, *older.places(context)]
    own = sum(tables.rows_of(context, "headers", n) for n in numbers)
    total = (own + older.counts(context, "urls").documents_in) * KEY.itemsize
    for step in RULES:
        if step == "by_url" or context.recipe.urls.same_payload:
            names = f"pipelines.phases.urls:{step}", "pipelines.phases.urls:keep_one"
            shuffle.shuffle(context, engine, step, places, *names, total_bytes=total)
    flow.run(context, engine, undone(context), "pipelines.phases.urls:decide")
    if context.recipe.exclude:
        from pipelines.exclude import unmatched

        unmatched.write(context)


def headers(context: Context, shard: int, values: list[bytes]) -> Iterator[flow.Element]:
    """First pass over a shard: what its records say of themselves, and the rule that a record fails on its own."""
    from curate.dedup.urls import Blocklist, url_hashes
    from curate.exclusions import Exclusions
    from pipelines.output import write_table

    blocklist, exclusions = Blocklist(context.recipe.urls.blocklists), Exclusions(context.recipe.exclude)
    without: list[str] = []
    read = records(context, shard, bodies=False, without=without)
    found = (_header(context, blocklist, exclusions, row, path, record) for row, path, record in read)
    parts = [HEADERS.empty_table()]
    while rows := list(itertools.islice(found, HEADER_ROWS)):
        columns: dict[str, Any] = {name: [r[name] for r in rows] for name in HEADERS.names if name != "url_hash"}
        columns["url_hash"] = url_hashes(pa.array(columns["url"], pa.string()))
        parts.append(pa.Table.from_pydict(columns, schema=HEADERS))
    write_table(pa.table({"path": pa.array(without, pa.string())}), context.path("without", shard))
    write_table(pa.concat_tables(parts), context.path("headers", shard))
    yield from ()


def by_url(context: Context, place: int, values: list[bytes]) -> Iterator[flow.Element]:
    yield from _keys(context, _standing(context, place, ("by_url",)), place, "url_hash")


def by_digest(context: Context, place: int, values: list[bytes]) -> Iterator[flow.Element]:
    table = _standing(context, place, ("by_url", "by_digest"))
    if place >> SHARD_BITS == 0:
        table = tables.standing(table, rows_of(shuffle.read(context, "by_url", place, LOSS)["id"]))
    yield from _keys(context, table, place, "digest")


def keep_one(context: Context, partition: int, values: Iterable[bytes]) -> Iterator[flow.Element]:
    """Of each hash the first in (order, id) stays; the others learn their keeper, but for those of older corpora."""
    keys = shuffle.joined(values, KEY)
    first = np.r_[True, keys["hash"][1:] != keys["hash"][:-1]]  # a partition is never empty
    keeper = keys["id"][np.maximum.accumulate(np.where(first, np.arange(len(keys)), 0))]
    falls = ~first & (corpora_of(keys["id"]) == 0)
    lost = np.empty(int(falls.sum()), LOSS)
    lost["id"], lost["keeper"] = keys["id"][falls], keeper[falls]
    yield from shuffle.by_place(shards_of(lost["id"]), lost)


def decide(context: Context, shard: int, values: list[bytes]) -> Iterator[flow.Element]:
    """Ledger rows of a shard: those that failed on their own, older captures, same payloads."""
    table = tables.read(context, "headers", shard)
    failed = table.filter(pa.compute.is_valid(table["rule"]))
    parts = [_rows(shard, failed, failed["rule"], detail=_details(failed))]
    for step, rule in RULES.items():
        lost = shuffle.read(context, step, shard, LOSS)
        copies = tables.in_row_order(table, rows_of(lost["id"]))
        parts.append(_rows(shard, copies, rule, keeper=lost["keeper"], detail=_details(copies)))
    rows = ledger.in_order(parts)
    with ShardOutput(context, shard, VERSION) as out:
        out.parquet("ledger", LEDGER.schema).write(ledger.in_order([rows, _without(context, shard)]))
        out.counts.documents_in, out.counts.documents_removed = table.num_rows, rows.num_rows
        out.counts.documents_kept = table.num_rows - rows.num_rows
        out.stats["removed"] = ledger.tally(rows)
    yield from ()


def _header(context: Context, blocklist: Any, exclusions: Any, row: int, path: str, record: Any) -> dict[str, Any]:
    uid = uid_of(path, record.offset)
    rule, why = _own_fault(context.recipe.urls, blocklist, record)
    if exclusions and (entry := exclusions.of(record.url, uid)):
        rule, why = "exclude", str(entry)
    digest = xxhash.xxh3_64_intdigest(record.digest.encode()) if record.digest else 0
    date = NO_DATE if record.date is None else record.date
    return {
        "row": row,
        "uid": uid,
        "path": path,
        "offset": record.offset,
        "url": record.url,
        "date": date,
        "digest": digest,
        "rule": rule,
        "why": why or None,
        "sound": record.status == "ok",
    }


def _own_fault(urls: Any, blocklist: Any, record: Any) -> tuple[str | None, str]:
    """The rule that a record fails by its own headers, and the value in words. Broken records go on to `extract`."""
    if record.status != "ok":
        return None, ""
    if record.http_status is not None and record.http_status not in urls.status:
        return "urls.status", f"status {record.http_status}"
    if record.content_type and not record.content_type.lower().startswith(TEXT_TYPES):
        return "urls.content_type", record.content_type
    if blocklist and record.url and blocklist.blocks(host(record.url)):
        return "urls.blocklist", "its host is listed"
    reserved = sorted(set(urls.respect) & set(record.rights))
    return ("urls.rights", " ".join(reserved)) if reserved else (None, "")


def _details(table: pa.Table) -> pa.Array:
    """Where each record lay: it will have no documents row."""
    columns = (table[name].to_pylist() for name in ("path", "offset", "url", "why"))
    return pa.array([detail.write(*place) for place in zip(*columns, strict=True)], pa.string())


def _without(context: Context, shard: int) -> pa.Table:
    """A row for each file that holds no record, which no count of records would show."""
    paths = tables.read(context, "without", shard)["path"].to_pylist()
    uids = pa.array([uid_of(path, 0) for path in paths], pa.uint64())
    return ledger.rows(
        "urls", "remove", "urls.no_records", [None] * len(paths), uids, detail=pa.array(paths, pa.string())
    )


def _standing(context: Context, place: int, steps: tuple[str, ...]) -> pa.Table:
    """Records that may beat others: a broken one goes on to `extract`, but takes no one's place.

    Of an older corpus without those that lost in one of `steps` there.
    """
    run, shard = older.at(context, place)
    table = tables.read(run, "headers", shard, "urls")
    table = table.filter(pa.compute.and_(pa.compute.is_null(table["rule"]), table["sound"]))
    if run is context:
        return table
    decided = tables.read(run, "ledger", shard, "urls", ["id", "rule"])
    rules = pa.array([RULES[step] for step in steps])
    lost = decided.filter(pa.compute.is_in(decided["rule"], rules))
    return tables.standing(table, rows_of(lost["id"].to_numpy()))


def _keys(context: Context, table: pa.Table, place: int, column: str) -> Iterator[flow.Element]:
    hashes, dates, corpus = table[column].to_numpy(), table["date"].to_numpy(), place >> SHARD_BITS
    keys = np.empty(len(hashes), KEY)
    keys["hash"], keys["id"] = hashes, older.ids(place, table["row"].to_numpy())
    keys["order"] = -dates if context.recipe.urls.keep == "newest" else np.where(dates == NO_DATE, -NO_DATE, dates)
    if corpus:
        keys["order"] = FIRST + corpus  # before any date
    known = hashes != 0
    yield from shuffle.by_hash(context, hashes[known], keys[known])


def _rows(shard: int, table: pa.Table, rule: Any, **columns: Any) -> pa.Table:
    ids = make_ids(shard, table["row"].to_numpy())
    return ledger.rows("urls", "remove", rule, ids, table["uid"], **columns)
