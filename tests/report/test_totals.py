from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.dataset as ds

from curate.report import totals


class Kept:
    """Stands for a corpus of two batches."""

    def __init__(self, urls: list[str | None]):
        n = len(urls)
        self.table = pa.table(
            {"category": ["a", "b"] * (n // 2), "language": ["en"] * n, "group": ["web"] * n, "url": urls}
            | {"tokens": pa.array(range(n), pa.int64()), "repeats": pa.array([2] * n, pa.int32())}
        )

    def text(self) -> ds.Dataset:
        return ds.dataset([self.table.slice(0, 3), self.table.slice(3)])


URLS = [
    "https://WWW.Example.org:443/a?b#c", "http://example.org", "https://user:pass@host.example/x", None,
    "http://[2001:db8::1]:80/", "no address", "https://münchen.example/?q=http://other.example/", "ftp://www.x.example",
]  # fmt: skip


def test_hosts_are_those_of_the_standard_library_but_for_www():
    found = {row["name"]: row["tokens"] for row in totals.of_text(Kept(URLS))["hosts"]}
    expected: dict[str, int] = {}
    for tokens, url in enumerate(URLS):
        host = (urlsplit(url or "").hostname or "").removeprefix("www.")
        if host:
            host = f"[{host}]" if ":" in host else host
            expected[host] = expected.get(host, 0) + tokens
    assert found == expected


def test_documents_count_once_and_packed_tokens_as_often_as_they_repeat():
    of_text = totals.of_text(Kept(URLS))
    assert of_text["categories"] == [
        {"name": "b", "documents": 4, "tokens": 16},
        {"name": "a", "documents": 4, "tokens": 12},
    ]
    assert of_text["packed"] == [{"name": "a", "tokens": 24}, {"name": "b", "tokens": 32}]
    assert of_text["languages"] == [{"name": "en", "documents": 8, "tokens": 28}]
