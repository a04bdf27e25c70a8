"""URL dedup on the WARC files, through the whole pipeline: all known recaptures, and what else fell.

Truth is the list of recaptures and the crawl's index. A page that is in no listed pair and was removed by a rule of
`urls` is listed by name under `unlisted`, with the record that was kept for it: in these data each is a true copy of
its keeper that the list does not have (one page of two URLs with equal bytes, URLs that are equal when normalised).
"""

from __future__ import annotations

import gzip
import json

from benchmarks.corpora import Corpora, removals
from benchmarks.rows import Row, share
from schemas import uid


def rows(corpora: Corpora) -> list[Row]:
    gone = removals(corpora.everything, lambda row: row["phase"] == "urls")
    pages = [
        json.loads(line)
        for file in sorted((corpora.data / "web" / "crawl").glob("*.index.jsonl.gz"))
        for line in gzip.decompress(file.read_bytes()).splitlines()
    ]
    at = {page["id"]: uid(f"web/crawl/{page['warc']}", page["offset"]) for page in pages}
    truth = corpora.data / "neardup" / "warc_recaptures.pairs.jsonl"
    pairs = [tuple(json.loads(line)[end] for end in "ab") for line in truth.read_text("utf-8").splitlines()]
    fell = [(at[a] in gone) + (at[b] in gone) for a, b in pairs]
    listed = {page for pair in pairs for page in pair}
    others = [page for page in pages if page["id"] not in listed]
    unlisted = [page for page in others if at[page["id"]] in gone]
    unjust = [page for page in unlisted if not _has_twin(page, pages)]
    return [
        share("urls: pairs of captures of which not both survive", sum(n >= 1 for n in fell), len(pairs), bar=">= 1"),
        Row("urls: pairs of which neither survives", sum(n == 2 for n in fell), "pairs", len(pairs), bar="= 0"),
        Row("urls: pages in no listed pair that fell", len(unlisted), "pages", len(others)),
        Row("urls: of them, without a twin of that URL or body", len(unjust), "pages", len(others), bar="= 0"),
    ]


def _has_twin(page: dict, pages: list[dict]) -> bool:
    """Another page of the index has the same bytes, or the same URL but for scheme, www. and fragment."""
    return any(
        other is not page and (other["body_sha256"] == page["body_sha256"] or _bare(other["url"]) == _bare(page["url"]))
        for other in pages
    )


def _bare(url: str) -> str:
    return url.split("#")[0].split("://", 1)[-1].removeprefix("www.").rstrip("/")
