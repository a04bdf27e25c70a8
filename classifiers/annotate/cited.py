"""Labels that no model has to give: pages that Wikipedia links, against others of the same corpus.

Llama's web pages were chosen by a classifier of pages that Wikipedia uses as references (Touvron et al., 2023), Llama
3's by fastText trained to tell whether it would (Grattafiori et al., 2024, 3.1.1). A document is cited if its
normalised URL is among those that the corpus's pages of Wikipedia link, or with `by="host"` if its host is; all else is
random. Both sides are drawn to the same number in each stratum (language, as the task has it), so that neither language
nor a host with many pages tells them apart. Wikipedia's own pages are on neither side. A link costs 8 bytes and 2 µs.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from classifiers.annotate import design, eligible
from classifiers.annotate.sample import Pool, with_texts
from classifiers.annotate.strata import merged, signals, strata
from classifiers.rows import by_uid
from classifiers.task import Task
from curate.corpus.corpus import Corpus
from curate.dedup.urls import host, url_hashes
from curate.errors import UserError
from schemas.labels import LABELS

JUDGE = "links"
WIKIPEDIA = "wikipedia.org"
By = Literal["url", "host"]


def cited(corpus_path: str, task: Task, documents: int, seed: int, by: By = "url") -> pa.Table:
    """Labels (schemas.LABELS, in order of uid): half of `documents` cited, half not, fewer where there are fewer."""
    if task.labels != "links" or task.positive_class is None or task.is_multi:
        raise UserError(f"task {task.name}: links tell two classes of a task with `labels: links` and `positive:`")
    found = eligible.of(corpus_path, task.sampling.groups, signals(task.sampling))
    linked = _linked(found.corpus, by)
    pools = [Pool(task.sampling, (documents + 1) // 2, seed) for _ in task.names]
    yes = task.names.index(task.positive_class)
    for shard in found.shards():
        shard = shard.filter(pa.array(~_of_wikipedia(shard)))
        hits = _among(_addresses(shard, by), linked)
        pools[yes].add(shard.filter(pa.array(hits)))
        pools[1 - yes].add(shard.filter(pa.array(~hits)))
    _check(found.corpus, pools[yes].seen, pools[1 - yes].seen, len(linked), by)
    return _drawn(found, task, documents, seed, pools)


def _linked(corpus: Corpus, by: By) -> np.ndarray:
    """Hashes of the addresses, or of the hosts, that Wikipedia links; ascending, each once."""
    found = [np.unique(_hashes(batch.column("url"), by)) for batch in corpus.links().to_batches(columns=["url"])]
    known = np.unique(np.concatenate([np.zeros(1, np.uint64), *found]))[1:]  # 0 is no address
    if not len(known):
        raise UserError(
            f"{corpus.path}: no page of Wikipedia in it links anything, and links are the labels of this task. Add a "
            "dump (enwiki-latest-pages-articles-multistream.xml.bz2) to the recipe's sources and run it again."
        )
    return known


def _addresses(shard: pa.Table, by: By) -> np.ndarray:
    return _hashes(pa.concat_arrays([pa.array([], pa.string()), *shard["url"].chunks]), by)


def _among(values: np.ndarray, ascending: np.ndarray) -> np.ndarray:
    return ascending[np.minimum(np.searchsorted(ascending, values), len(ascending) - 1)] == values


def _hashes(urls: pa.Array, by: By) -> np.ndarray:
    if by == "url":
        return url_hashes(urls)
    return url_hashes(
        pa.array([f"https://{name}" if url and (name := host(url)) else None for url in urls.to_pylist()])
    )


def _of_wikipedia(shard: pa.Table) -> np.ndarray:
    """Pages of Wikipedia, from its dump or from the web."""
    own = pc.equal(shard["source"], "wikipedia")
    hosts = pc.fill_null(shard["host"], "")
    there = pc.or_(pc.equal(hosts, WIKIPEDIA), pc.ends_with(hosts, f".{WIKIPEDIA}"))
    return pc.or_(own, there).to_numpy(zero_copy_only=False)


def _check(corpus: Corpus, cited: int, others: int, links: int, by: By) -> None:
    if not cited:
        fix = "annotate with --by host, or add the crawl of those pages" if by == "url" else "add a crawl of them"
        raise UserError(f"{corpus.path}: none of the {links:,} {by}s that Wikipedia links is in it; {fix}.")
    if not others:
        raise UserError(f"{corpus.path}: Wikipedia links all of its {cited:,} documents; there is nothing to compare.")


def _drawn(found: eligible.Eligible, task: Task, documents: int, seed: int, pools: list[Pool]) -> pa.Table:
    capped = [pool.capped() for pool in pools]
    numbers, names = merged(*strata(pa.concat_tables([table for table, _ in capped]), task.sampling), documents)
    sides = np.split(numbers, [len(capped[0][0])])
    sizes = np.min(
        [np.bincount(side, minlength=len(names)) for side in sides], axis=0
    )  # as many of one as of the other
    if not sizes.any():
        raise UserError(f"{found.corpus.path}: no language has both pages that Wikipedia links and others")
    takes = design.allocate(sizes, max(documents // 2, int((sizes > 0).sum())), task.sampling.evenness)
    parts = []
    for (table, weights), side, answer in zip(capped, sides, task.names, strict=True):
        chosen, factors = design.stratified(table["uid"].to_numpy(), side, takes, seed)
        named = [names[number] for number in side[chosen]]
        labelled = with_texts(found, table.take(pa.array(chosen)), named, weights[chosen] * factors)
        parts.append(_answered(labelled, answer))
    return by_uid(pa.concat_tables(parts))


def _answered(table: pa.Table, answer: str) -> pa.Table:
    said = {"answer": answer, "judge": JUDGE, "prompt": None, "reason": None, "tokens": 0}
    for name, value in said.items():
        table = table.append_column(name, pa.array([value] * len(table), LABELS.schema.field(name).type))
    return table.select(LABELS.schema.names).cast(LABELS.schema)
