"""Frequent lines are those of a plain count, bucket by bucket."""

import json
import shutil
from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

import curate
from curate import report as curate_report
from curate.dedup.lines import line_hashes
from curate.report import frequent_lines as report
from curate.report import page
from schemas import Manifest, make_ids
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


def test_the_report_counts_the_lines_of_each_bucket_and_shows_the_most_frequent_in_words(finished):
    told = json.loads((finished.folder / "report" / "audit.json").read_text())["frequent_lines"]
    sets = [pq.read_table(p)["documents"].to_pylist() for p in sorted((finished.folder / "work").glob("*/set-*"))]
    by_hand = [{"bucket": n, "lines": len(of), "occurrences": sum(of)} for n, of in enumerate(sets)]
    assert told["buckets"] == by_hand and len(by_hand) > 1
    assert [row["documents"] for row in told["most"]] == sorted((n for of in sets for n in of), reverse=True)[:10]
    assert told["most"][0]["text"] == FOOTER


def test_a_line_is_shown_as_the_first_document_has_it_short_and_safe(copy_of_run):
    corpus, markers = curate.open(copy_of_run), [Manifest("x", 1, "k", stats={"lines": 1, "occurrences": 9})] * 9
    shard, bucket = one(copy_of_run, "frequent_lines-*/buckets-00000.parquet").to_pylist()[0].values()
    of = pq.read_table(corpus.files("measure", "lines")[shard]).slice(0, 1)
    (row,), (hashes,) = of["row"].to_pylist(), of["hashes"].to_pylist()
    evil = "<script>alert(1)</script> \u202e" + "x" * 100
    text_of(corpus, shard, row, lambda text: "\n".join([evil, *text.split("\n")[1:]]))
    frequent = pa.table({"hash": pa.array(hashes[:1], pa.uint64()), "documents": [10**6]})
    for bucket_set in corpus.files("frequent_lines", "set").values():
        pq.write_table(frequent, bucket_set)
    told = report.frequent_lines(corpus, markers[: len(corpus.files("frequent_lines", "set"))])
    shown = next(line for line in told["most"] if line["bucket"] == bucket)
    assert shown["text"] == evil[:80].replace("\u202e", "[U+202E]") + " …"
    html = page.render({**curate_report.audit(copy_of_run), "frequent_lines": told})
    assert "&lt;script&gt;alert(1)" in html and "<script" not in html


def test_without_the_rule_or_its_files_the_report_is_silent(copy_of_run):
    corpus = curate.open(copy_of_run)
    buckets = corpus.files("frequent_lines", "buckets")[0]
    pq.write_table(pq.read_table(buckets).slice(0, 0), buckets)
    assert report.frequent_lines(corpus, []) is None
    shutil.rmtree(copy_of_run / "work")
    assert report.frequent_lines(curate.open(copy_of_run), []) is None


def text_of(corpus, shard: int, row: int, change) -> None:
    """Change the text of a document where it lies."""
    path = corpus.files("extract", "documents")[shard]
    table = pq.read_table(path)
    texts = [
        change(t) if r == row else t for r, t in zip(*(table[c].to_pylist() for c in ("row", "text")), strict=True)
    ]
    at = table.schema.get_field_index("text")
    pq.write_table(table.set_column(at, table.schema.field(at), pa.array(texts)), path)


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
