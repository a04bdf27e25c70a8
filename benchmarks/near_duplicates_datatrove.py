"""datatrove's MinHash deduplication at work, in its own environment: `... near_duplicates_datatrove.py TEXTS SEEDS`.

Its four steps as its users run them (signature, buckets, cluster, filter) with its default configuration: 14 buckets of
8 hashes of 64 bits, 5-grams, English. TEXTS is a Parquet file with a column `text`; prints JSON, per seed the removed
texts and the kept one of each cluster. Shingles do not depend on the seed and are made once. Stands alone: nothing of
Curate is imported here.
"""

from __future__ import annotations

import functools
import json
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import pyarrow.parquet as pq
from datatrove.data import Document
from datatrove.pipeline.dedup.minhash import (
    MinhashConfig,
    MinhashDedupBuckets,
    MinhashDedupCluster,
    MinhashDedupFilter,
    MinhashDedupSignature,
)
from loguru import logger

logger.remove()


def main() -> None:
    texts = pq.read_table(sys.argv[1])["text"].to_pylist()
    shingles = functools.cache(MinhashDedupSignature(tempfile.gettempdir()).get_shingles)
    found = [_removals(texts, seed, shingles) for seed in range(1, int(sys.argv[2]) + 1)]
    print(json.dumps({"version": version("datatrove"), "removals": found}))


def _removals(texts: list[str], seed: int, shingles) -> dict[str, list[int]]:  # type: ignore[no-untyped-def]
    config = MinhashConfig(seed=seed)
    with tempfile.TemporaryDirectory() as scratch:
        at = {step: str(Path(scratch, step)) for step in ("signatures", "buckets", "clusters")}
        signature = MinhashDedupSignature(at["signatures"], config)
        signature.get_shingles = shingles
        signature.run(_documents(texts))
        buckets = MinhashDedupBuckets(at["signatures"], at["buckets"], config=config)
        for bucket in range(config.num_buckets):
            buckets.run(None, bucket, config.num_buckets)
        MinhashDedupCluster(at["buckets"], at["clusters"], config, save_cluster_id=True).run(None, 0, 1)
        documents = _documents(texts)
        kept = {document.id for document in MinhashDedupFilter(at["clusters"], load_cluster_ids=True).run(documents)}
    return _with_keepers(documents, kept)


def _with_keepers(documents: list[Document], kept: set[str]) -> dict[str, list[int]]:
    """A cluster keeps one document: it is the keeper of all others."""
    cluster = {one.id: one.metadata.get("minhash_cluster_id", -1) for one in documents}
    keeper = {cluster[id]: int(id) for id in kept if cluster[id] >= 0}
    removed = [one.id for one in documents if one.id not in kept]
    return {"removed": [int(id) for id in removed], "keepers": [keeper[cluster[id]] for id in removed]}


def _documents(texts: list[str]) -> list[Document]:
    return [Document(text=text, id=str(number)) for number, text in enumerate(texts)]


if __name__ == "__main__":
    main()
