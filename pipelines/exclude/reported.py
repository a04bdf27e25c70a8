"""The report of a corpus that documents were taken out of.

With `work/` it is made anew. Without, after `curate clean`, its figures can't be: then those of the run stay, examples
that name or may show one of the documents go, and what was taken out is added.
"""

from __future__ import annotations

import json
import os
from typing import Any

from curate.corpus import Corpus
from curate.report import books, page, totals, write
from pipelines.output import put_text


def refresh(root: str) -> None:
    """report/audit.json and report/index.html as of now."""
    corpus = Corpus(root)
    if os.path.isdir(corpus.file("work")):
        write(root)
        return
    path = corpus.file("report", "audit.json")
    with open(path, encoding="utf-8") as file:
        audited: dict[str, Any] = json.load(file)
    audited["rules"] = [rule for rule in audited["rules"] if rule["phase"] != "exclude"] + books.excluded(corpus)
    audited |= totals.of_text(corpus)
    audited["rules"] = [{**rule, "removed": None, "kept": None} for rule in audited["rules"]]
    for section in ("frequent_lines", "contamination"):
        audited[section] = None
    put_text(books.to_json(audited), path)
    put_text(page.render(audited), corpus.file("report", "index.html"))
