import gzip
import hashlib
import re
from collections import Counter

from fastwarc.warc import ArchiveIterator, WarcRecordType

from curate import demo
from curate.demo import Truth


def _digests(folder):
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def test_the_same_python_and_seed_make_the_same_bytes(made, tmp_path, monkeypatch):
    monkeypatch.setenv("CURATE_SOMETHING", "else")
    demo.make(tmp_path, scale=0.3)
    assert _digests(tmp_path) == _digests(made[0])


def _records(folder):
    for path in sorted((folder / "web").glob("crawl-*.warc.gz")):
        with open(path, "rb") as file:
            for record in ArchiveIterator(file, WarcRecordType.response):
                yield f"web/{path.name}", record


def test_every_planted_url_stands_in_the_crawl_as_often_as_the_truth_says(made):
    folder, truth = made
    found = [(path, r.headers["WARC-Target-URI"]) for path, r in _records(folder)]
    urls = Counter(url for _, url in found)
    assert {u for p in truth.plants for u in p.urls} <= set(urls)
    assert all(urls[p.urls[0]] == 2 for p in truth.of("older capture"))
    assert {(p.path, p.urls[-1]) for p in truth.plants if p.urls} <= set(found)


def test_no_address_path_or_environment_of_the_machine_is_in_the_pages(made):
    whole = b"".join(gzip.decompress(path.read_bytes()) for path in (made[0] / "web").glob("crawl-*.warc.gz"))
    assert len(whole) > 1_000_000
    assert not re.search(rb"\bat(&nbsp;| )0x[0-9a-f]{6,}", whole) and b"PYTHONHASHSEED" not in whole


def test_truth_is_read_back_as_it_was_written_and_names_every_kind(made):
    folder, truth = made
    assert Truth.read(folder) == truth
    kinds = {p.kind for p in truth.plants}
    assert {
        "exact copy",
        "near copy",
        "URL variant",
        "older capture",
        "frequent line",
        "repeated n-grams",
        "language",
        "keyword stuffing",
        "personal data",
        "NUL bytes",
        "empty record",
        "file cut short",
        "noise",
    } <= kinds
    assert all(p.jaccard >= 0.8 for p in truth.of("near copy"))
    assert all(p.jaccard < 0.7 for p in truth.of("look-alike"))
