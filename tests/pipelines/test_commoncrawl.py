"""A run over a crawl by its name, from a server with faults, gives the documents of a run over its files."""

from pathlib import Path

import pytest
import yaml

import curate
from curate.recipe import load
from pipelines.run import Options
from pipelines.run import curate as run
from tests.sources import crawls
from tests.sources.crawls import CRAWL, cut, status


@pytest.fixture(scope="module")
def crawl(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("crawl")
    names = crawls.make(folder)
    (folder / names[1]).write_bytes((folder / names[1]).read_bytes()[:-300])  # broken input stays broken input
    return folder


def texts(folder: Path, out: Path, source: dict) -> tuple[list, list]:
    """(documents without their uids, rules and details of the ledger)"""
    path = out.with_suffix(".yaml")
    stated = {"base": None, "name": "crawl", "sources": [source], "shards": {"target": 4_000}}
    path.write_text(yaml.safe_dump(stated))
    run(load(str(path)), str(out), Options(workers=1))
    corpus = curate.open(out)
    documents = corpus.documents().to_table(["url", "record_offset", "status", "text"]).to_pylist()
    ledger = corpus.ledger().to_table(["phase", "rule"]).to_pylist()
    return sorted(map(str, documents)), sorted(map(str, ledger))


def test_a_crawl_by_name_gives_the_documents_of_its_files(crawl, tmp_path):
    server = crawls.Served(crawl)
    again = {"Retry_After": "0"}
    server.faults = {
        "00000.warc.gz": [status(503, **again), cut(600)],
        "00001.warc.gz": [cut(900), status(429, **again)],
    }
    try:
        by_name = texts(crawl, tmp_path / "name", {"kind": "commoncrawl", "crawl": CRAWL, "endpoint": server.url})
    finally:
        server.close()
    by_files = texts(crawl, tmp_path / "files", {"paths": sorted(map(str, crawl.glob("crawl-data/**/warc/*.gz")))})
    assert len(by_name[0]) > 30 and any("truncated" in one for one in by_name[0])
    assert by_name == by_files


def test_paths_and_offsets_are_those_of_the_crawl_whichever_way_it_is_read(crawl, tmp_path):
    named = {"kind": "commoncrawl", "crawl": CRAWL, "endpoint": str(crawl)}
    uids = []
    for way, more in (("whole", {}), ("subset", {"subset": {"domains": ["example.org"]}})):
        texts(crawl, tmp_path / way, named | more)
        table = curate.open(tmp_path / way).documents().to_table(["uid", "host", "path"]).to_pylist()
        uids.append({one["uid"] for one in table if one["host"].endswith("example.org")})
        assert all(one["path"].startswith("crawl-data/CC-MAIN-2026-40/segments/") for one in table)
    assert uids[0] == uids[1] and uids[0]
