"""What was kept, by category, language, group and host: sums over text/, a batch at a time.

Grouped by Arrow, not row by row: 1 µs a document against 8. Memory grows with the number of hosts, not of documents.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from curate.corpus import Corpus
from curate.pii import masked_url

MOST_HOSTS = 20
_HOST = r"^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?(?:[Ww]{3}\.)?(?P<host>\[[^\]/?#]+\]|[^/?#@:\[]+)"


def of_text(corpus: Corpus) -> dict[str, Any]:
    """Documents and tokens of text/, once each, by category, language, group and host; tokens/ counts copies too."""
    names = ("category", "language", "group", "host")
    sums: dict[str, Counter[str]] = {name: Counter() for name in names}
    documents: dict[str, Counter[str]] = {name: Counter() for name in names}
    packed: Counter[str] = Counter()
    for batch in corpus.text().to_batches(columns=["category", "language", "group", "url", "tokens", "repeats"]):
        table = pa.Table.from_batches([batch]).append_column("host", _hosts(batch["url"]))
        table = table.append_column("packed", pc.multiply(batch["tokens"], batch["repeats"]))
        for name in names:
            known = table.filter(pc.is_valid(table[name])).group_by(name)
            for row in known.aggregate([("tokens", "sum"), ("tokens", "count")]).to_pylist():
                sums[name][row[name]] += row["tokens_sum"]
                documents[name][row[name]] += row["tokens_count"]
        for row in table.group_by("category").aggregate([("packed", "sum")]).to_pylist():
            packed[row["category"]] += row["packed_sum"]
    listed = {name: _listed(sums[name], documents[name]) for name in names}
    for host in listed["host"][:MOST_HOSTS]:
        host["name"] = masked_url(host["name"])  # it may be an address of IP
    hosts = {"hosts": listed["host"][:MOST_HOSTS], "hosts_in_all": len(listed["host"])}
    in_tokens = [{"name": n, "tokens": t} for n, t in sorted(packed.items())]
    return {
        "categories": listed["category"],
        "languages": listed["language"],
        "groups": listed["group"],
        **hosts,
        "packed": in_tokens,
    }


def _hosts(urls: pa.Array) -> pa.Array:
    """Host of each URL in lower case, without `www.`; null without one."""
    return pc.utf8_lower(pc.struct_field(pc.extract_regex(urls, _HOST), "host"))


def _listed(tokens: Counter[str], documents: Counter[str]) -> list[dict[str, Any]]:
    order = sorted(tokens.items(), key=lambda item: (-item[1], item[0]))
    return [{"name": name, "documents": documents[name], "tokens": many} for name, many in order]
