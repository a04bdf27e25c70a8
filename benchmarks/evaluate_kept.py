"""What the default recipe keeps of good text and of bad: shares by kind, of what stands after `urls` and `extract`.

Good: C4's sample, Project Gutenberg, documentation with code and formulas, edited articles. Bad: thirteen pages of one
Common Crawl slice, mostly gambling and link spam; there is no model in the recipe, so that figure is to watch.
Near duplicates and the cut by divergence, which takes its share of whatever it is given, are not counted as losses.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from benchmarks.corpora import Corpora, removals
from benchmarks.rows import Row, share

KINDS = (  # name, beginning of the path or URL, bar
    ("C4 sample", "c4_sample.jsonl.gz", ">= 0.8"),
    ("Gutenberg books", "gutenberg/", ">= 0.97"),
    ("SymPy documentation (code and formulas)", "https://docs.sympy.org", ">= 0.8"),
    ("Debian documentation", "https://www.debian.org/", ">= 0.9"),
    ("revisions of READMEs and manuals", "git_revisions.docs", ">= 0.85"),
    ("news sentences", "news_plagiarism.docs", ">= 0.97"),
    ("other crawled articles", "web/crawl/", ">= 0.8"),
    ("Common Crawl slice of 2020 (mostly spam)", "web/warc_native/chatnoir-resiliparse__commoncrawl-2020", None),
)


def rows(corpora: Corpora) -> list[Row]:
    gone = removals(corpora.everything, lambda r: r["phase"] == "filter" or r["rule"].startswith("gopher."))
    documents = corpora.everything.documents().to_table(["uid", "url", "path", "status"]).to_pylist()
    seen: Counter[str] = Counter()
    kept: Counter[str] = Counter()
    for document in documents:
        if document["status"] == "ok" and (kind := _kind(document)):
            seen[kind] += 1
            kept[kind] += document["uid"] not in gone
    return [share(f"kept: {name}", kept[name], seen[name], bar=bar) for name, _, bar in KINDS]


def _kind(document: dict[str, Any]) -> str | None:
    of_crawl = document["path"].startswith("web/crawl/")
    begins = ([document["url"] or ""] if of_crawl else []) + [document["path"]]
    return next((name for begin in begins for name, prefix, _ in KINDS if begin.startswith(prefix)), None)
