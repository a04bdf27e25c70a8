"""Three documents as rows of every contract: a page that stays, a near copy that goes, and a broken record."""

from datetime import UTC, datetime

import pyarrow as pa

from schemas import CLEAN, DOCUMENTS, LEDGER, LINES, SCORES, SHARDS, SIGNALS, SKETCHES, TEXT, make_ids, tokens, uid

LENGTH = 16
PATH = "crawl/a.warc.gz"
KEPT = "A page about kites.\nRead more\nIt has two lines that stay."
COPY = "A page about kites.\nRead more\nIt has two lines that remain."
CLEANED = KEPT.replace("Read more\n", "")
TOKENS = [32, 2199, 922, 46500, 13]
END_OF_TEXT, PADDING = 100, 101
IDS = make_ids(7, [0, 1, 2]).tolist()
UIDS = [uid(PATH, offset) for offset in (0, 512, 1024)]
TEXTS = [KEPT, COPY, ""]


def shards() -> pa.Table:
    row = {"shard": 7, "piece": 0, "source": "warc", "source_index": 0, "group": "web", "url": "file:///data/a.warc.gz"}
    return _table(SHARDS.schema, [{**row, "path": PATH, "start": 0, "end": -1, "bytes": 2048}])


def documents() -> pa.Table:
    rows = [
        {
            "row": row, "uid": UIDS[row], "url": f"https://example.org/{row}", "path": PATH, "record_offset": row * 512,
            "source": "warc", "group": "web", "host": "example.org", "date": datetime(2026, 1, 1, tzinfo=UTC),
            "status": "truncated" if row == 2 else "ok", "language": "und" if row == 2 else "en",
            "language_score": 0.0 if row == 2 else 0.987, "charset": "utf-8", "title": None, "license": None,
            "rights": ["noai"] if row == 1 else [], "text": TEXTS[row], "chars": len(TEXTS[row]),
        }
        for row in range(3)
    ]  # fmt: skip
    return _table(DOCUMENTS.schema, rows)


def signals() -> pa.Table:
    schema = SIGNALS.with_columns([pa.field("gopher.words", pa.int64())])
    return _table(schema, [{"row": row, "gopher.words": None if row == 2 else 12} for row in range(3)])


def sketches() -> pa.Table:
    return _table(SKETCHES.schema, [{"row": 0, "sketch": b"\1\0\0\0" * 112}, {"row": 1, "sketch": None}])


def lines() -> pa.Table:
    row = {"hashes": [11, 0, 2**64 - 1], "repetition": [0, 0, 100]}
    return _table(LINES.schema, [{"row": 0, **row}, {"row": 1, **row}])


def clean() -> pa.Table:
    row = {"row": 0, "text": CLEANED, "removed_lines": [1], "chars": len(CLEANED), "tokens": TOKENS}
    return _table(CLEAN.schema, [row])


def scores() -> pa.Table:
    return _table(SCORES.schema, [{"row": 0, "category": "general", "tokens": len(TOKENS), "divergence": 0.125}])


def text() -> pa.Table:
    row = {
        "id": IDS[0], "uid": UIDS[0], "text": CLEANED, "url": "https://example.org/0", "path": PATH, "source": "warc",
        "group": "web", "language": "en", "date": None, "license": None, "tokens": len(TOKENS), "repeats": 2,
    }  # fmt: skip
    return _table(TEXT.schema, [row])


def packed() -> pa.Table:
    """The one kept document twice in a row, each time with its end of text."""
    document = [*TOKENS, END_OF_TEXT]
    row = {
        "tokens": document * 2 + [PADDING] * (LENGTH - 2 * len(document)), "length": 2 * len(document),
        "starts": [0, len(document)], "ids": [IDS[0]] * 2, "offsets": [0, 0], "bytes": [len(CLEANED.encode())] * 2,
    }  # fmt: skip
    return _table(tokens(LENGTH).schema, [row])


def ledger() -> pa.Table:
    edit = {"id": IDS[0], "uid": UIDS[0], "phase": "clean", "action": "edit", "rule": "frequent line",
            "chars_before": len(KEPT), "chars_after": len(CLEANED)}  # fmt: skip
    copy = {"id": IDS[1], "uid": UIDS[1], "phase": "near_duplicates", "action": "remove", "rule": "near duplicate",
            "keeper": IDS[0], "similarity": 0.9, "chars_before": len(COPY), "chars_after": 0}  # fmt: skip
    broken = {"id": IDS[2], "uid": UIDS[2], "phase": "filter", "action": "remove", "rule": "status: truncated",
              "chars_before": 0, "chars_after": 0}  # fmt: skip
    repeat = {"id": IDS[0], "uid": UIDS[0], "phase": "mix", "action": "repeat", "rule": "general", "value": 2.0}
    return _table(LEDGER.schema, [edit, copy, broken, repeat])


def _table(schema: pa.Schema, rows: list[dict]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=schema)
