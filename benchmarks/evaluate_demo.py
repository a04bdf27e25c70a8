"""The demonstration's planted truth, and equal bytes from 1 and from 3 workers.

Exact plants are those that a rule of the recipe decides by definition; what is left to a model (the language of a
page) or to a statistic of hosts is a figure to watch.
"""

from __future__ import annotations

from benchmarks.corpora import Corpora, root_digest
from benchmarks.rows import Row, share

STATISTICAL = ("language",)


def rows(corpora: Corpora) -> list[Row]:
    from curate.demo import check

    one, three = corpora.demonstration(1), corpora.demonstration(3)
    planted = [
        share(f"demo: {row.kind}", row.found, row.planted, bar=None if row.kind in STATISTICAL else ">= 1")
        for row in check(corpora.demo_input, three)
    ]
    same = root_digest(one) == root_digest(three)
    return [*planted, Row("demo: root digest the same with 1 and 3 workers", int(same), "yes", 2, bar="= 1")]
