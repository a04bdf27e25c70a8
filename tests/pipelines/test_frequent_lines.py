"""Frequent lines are those of a plain count, bucket by bucket."""

from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from curate.dedup.lines import line_hashes
from schemas import make_ids
from tests.oracles.lines import normal
from tests.pipelines.inputs import FOOTER


def one(folder, pattern):
    return pq.read_table(next((folder / "work").glob(pattern)))


def test_each_bucket_has_the_lines_of_a_plain_count(finished):
    rule = finished.recipe.frequent_lines
    buckets = one(finished.folder, "frequent_lines-*/buckets-00000.parquet").to_pylist()
    assert len({row["bucket"] for row in buckets}) > 1
    for bucket in {row["bucket"] for row in buckets}:
        counted, lines = Counter(), {}
        for shard in (row["shard"] for row in buckets if row["bucket"] == bucket):
            for text in survivors(finished.folder, shard):
                of_text = {normal(line, rule.min_chars): line for line in text.split("\n")}
                lines.update(of_text)
                counted.update(of_text.keys() - {None})
        expected = {hash_of(lines[k], rule.min_chars): n for k, n in counted.items() if n > rule.in_more_than}
        found = one(finished.folder, f"frequent_lines-*/set-{bucket:05d}.parquet")
        assert dict(zip(found["hash"].to_pylist(), found["documents"].to_pylist(), strict=True)) == expected
        assert found["hash"].to_pylist() == sorted(expected)


def test_the_footer_is_in_no_page_that_was_kept(finished):
    text = ds.dataset(str(finished.folder / "text"), format="parquet").to_table(["text", "group"])
    pages = text.filter(pc.field("group") == "web")["text"].to_pylist()
    assert pages and not any(FOOTER in page for page in pages)


def hash_of(line: str, min_chars: int) -> int:
    return int(line_hashes(pa.array([line]), min_chars)[0][0])


def survivors(folder, shard: int) -> list[str]:
    """Texts of a shard that stand after `near_duplicates`."""
    documents = one(folder, f"extract-*/documents-{shard:05d}.parquet")
    paths = [
        p
        for phase in ("urls", "extract", "filter", "near_duplicates")
        for p in (folder / "ledger").glob(f"{phase}-{shard:05d}.parquet")
    ]
    gone = np.concatenate([pq.read_table(p)["id"].drop_null().to_numpy() for p in paths])
    stands = ~np.isin(make_ids(shard, documents["row"].to_numpy()), gone)
    return documents["text"].filter(pa.array(stands)).to_pylist()
