"""The ledger's `detail` of a record that was removed before it was read: where it lay, its URL, and why.

Such a record has no row in `documents`, so this is all that says where it came from. JSON with keys in a fixed order:
a value's quotes are escaped, so `"url":"https://example.org/"` occurs in the text only where it is the URL, and Arrow
finds it without reading the rest. Costs about 20 bytes a row once compressed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import pyarrow.compute as pc


@dataclass(frozen=True)
class Detail:
    path: str
    offset: int
    url: str | None = None
    why: str | None = None

    def __str__(self) -> str:
        said = self.url or f"{self.path} at {self.offset}"
        return f"{said}: {self.why}" if self.why else said


def write(path: str, offset: int, url: str | None = None, why: str | None = None) -> str:
    return _json({"path": path, "offset": offset, "url": url, "why": why})


def read(detail: str | None) -> Detail | None:
    """None where `detail` is something else: a status, a host, the path of a file."""
    if not detail or not detail.startswith('{"path":"'):
        return None
    return Detail(**json.loads(detail))


def has_url(url: str) -> pc.Expression:
    return pc.match_substring(pc.field("detail"), f',"url":{_json(url)},')


def has_path(path: str) -> pc.Expression:
    """The whole path, or its end from a folder on."""
    whole, end = _json(path), _json("/" + path)
    return pc.starts_with(pc.field("detail"), f'{{"path":{whole},"offset":') | pc.match_substring(
        pc.field("detail"), f'{end[1:]},"offset":'
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
