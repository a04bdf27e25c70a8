"""Rows of the recipe's `exclude` lists that named no record of the input, as the run's `urls` found it."""

from __future__ import annotations

import json

from curate.corpus import Corpus
from curate.errors import UserError
from curate.storage import exists, join, read_bytes


def unmatched(corpus: Corpus) -> list[str]:
    """One sentence where there are such rows: how many, and where the first of them stand."""
    try:
        path = join(corpus.phase_folder("urls"), "unmatched-00000.json")
    except UserError:
        return []
    found = json.loads(read_bytes(path)) if exists(path) else {}
    if not found.get("unmatched"):
        return []
    more = ", ..." if found["unmatched"] > len(found["first"]) else ""
    return [
        f"Of {found['rows']:,} rows of the lists under exclude {found['unmatched']:,} matched nothing in the input; "
        f"look for typos: {', '.join(found['first'])}{more}."
    ]
