"""Common Crawl by name: what the crawl lists or its index points to, whatever the way there does."""

import gzip
from pathlib import Path

import pytest

from curate.recipe import Recipe
from curate.sources import OK, find, read
from curate.sources.commoncrawl import remote_file
from curate.storage import StorageError
from tests.sources import crawls
from tests.sources.crawls import CRAWL, SEGMENTS, cut, elsewhere, slow, status


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("crawl")
    crawls.make(made)
    return made


@pytest.fixture
def server(folder):
    served = crawls.Served(folder)
    yield served
    served.close()


@pytest.fixture
def pauses(monkeypatch) -> list[float]:
    """How long reading would have paused."""
    asked: list[float] = []
    monkeypatch.setattr(remote_file.time, "sleep", asked.append)
    return asked


def recipe(endpoint: object, **stated) -> Recipe:
    source = {"kind": "commoncrawl", "crawl": CRAWL, "endpoint": str(endpoint), **stated}
    return Recipe(name="crawl", sources=[source])


def records(endpoint: object, **stated) -> list[tuple]:
    """(path, offset, status, url, body) of every record."""
    made = recipe(endpoint, **stated)
    (source,) = made.sources
    return sorted(
        (record.path or piece.path, record.offset, record.status, record.url, record.body)
        for piece in find(made)[0]
        for _, record in read(piece, settings=source.settings, sample=source.sample)
    )


def test_a_crawl_is_the_files_that_it_lists_by_their_own_paths(folder, server):
    pieces, unknown = find(recipe(server.url))
    assert [(piece.path, piece.group, piece.source) for piece in pieces] == [
        (f"{SEGMENTS}warc/CC-MAIN-{n:05d}.warc.gz", "web", "commoncrawl") for n in range(2)
    ]
    assert unknown == []
    found = records(server.url)
    assert len(found) > 30 and {status for _, _, status, *_ in found} == {OK}
    assert found == records(folder)  # the same from a mirror on this machine
    assert {agent.split("/")[0] for _, _, agent in server.asked} == {"curate-corpus"}


@pytest.mark.parametrize(
    ("subset", "hosts"),
    [
        ({"hosts": ["example.org"]}, {"www.example.org"}),
        ({"domains": ["example.org"]}, {"www.example.org", "docs.example.org"}),
        ({"urls": ["https://site3.example/page/2"]}, {"site3.example"}),
        ({"domains": ["example"], "languages": ["deu"]}, {"site1.example"}),
        ({"hosts": ["site1.example"], "types": ["application/pdf"]}, set()),
        ({"hosts": ["nowhere.test"]}, set()),
        ({"languages": ["deu"]}, {"site1.example"}),
    ],
)
def test_a_subset_is_what_the_whole_crawl_has_of_it(folder, server, subset, hosts):
    whole = records(folder)
    wanted = [one for one in whole if one[3].split("/")[2] in hosts]
    if "urls" in subset:
        wanted = [one for one in wanted if one[3].startswith(subset["urls"][0])]
    assert records(server.url, subset=subset) == wanted
    assert bool(wanted) == bool(hosts)


def test_a_subset_is_fetched_by_ranges_and_errors_of_the_crawl_are_not(server):
    records(server.url, subset={"hosts": ["site2.example"]})
    asked = [(path, range) for path, range, _ in server.asked if path.endswith(".warc.gz")]
    assert asked and all("/warc/" in path and not range.endswith("-") for path, range in asked)


def test_a_sample_of_a_crawl_is_whole_files_and_of_a_subset_whole_hosts(server):
    files = {path for path, *_ in records(server.url, sample=0.3)}
    assert len(files) == 1
    everything = {one[3].split("/")[2] for one in records(server.url, subset={"domains": ["example"]})}
    half = records(server.url, subset={"domains": ["example"]}, sample=0.5)
    kept = {one[3].split("/")[2] for one in half}
    assert kept and kept < everything
    assert half == [one for one in records(server.url, subset={"domains": ["example"]}) if one[3].split("/")[2] in kept]
    assert {path for path, *_ in records(server.url, sample=1e-9)} == files  # one at least


FAULTS = {
    "busy": [status(503), status(503)],
    "slow down": [status(503, Retry_After="3"), status(429, Retry_After="5"), status(403)],
    "cut": [cut(700), cut(1), cut(0), cut(2000)],
    "elsewhere": [elsewhere, cut(900), elsewhere],
    "slow": [slow, cut(300), slow],
}


@pytest.mark.parametrize("subset", [None, {"domains": ["example.org", "example"]}])
@pytest.mark.parametrize("name", FAULTS)
def test_faults_of_the_way_change_nothing(folder, server, pauses, name, subset):
    stated = {"subset": subset} if subset else {}
    for ending in (".warc.gz", ".paths.gz", "cluster.idx", "cdx-00000.gz"):
        server.faults[ending] = list(FAULTS[name])
    assert records(server.url, **stated) == records(folder, **stated)
    if name == "slow down":
        assert {3, 5} <= set(pauses)


def test_a_server_asked_in_vain_fails_the_task_and_is_no_truncated_row(server, pauses):
    server.faults["00001.warc.gz"] = [cut(800), *[status(503)] * 99]
    with pytest.raises(StorageError, match=r"CC-MAIN-00001.warc.gz: the server answers 503 .*tried 8 times"):
        records(server.url)
    assert pauses[1:] == sorted(pauses[1:]) or max(pauses) <= 60
    assert sum(pauses) < 300


def test_a_file_that_a_crawl_lists_and_does_not_have_is_a_row(folder, server, tmp_path):
    crawls.make(tmp_path)
    gone = f"{SEGMENTS}warc/CC-MAIN-00001.warc.gz"
    (tmp_path / gone).unlink()
    for stated in ({}, {"subset": {"domains": ["example"]}}):
        found, whole = records(tmp_path, **stated), records(folder, **stated)
        assert [one for one in found if one[0] != gone] == [one for one in whole if one[0] != gone]
        assert {one[2] for one in found if one[0] == gone} == {"not_found"}


def test_a_wrong_name_is_told_with_the_nearest(server, pauses):
    with pytest.raises(
        ValueError, match="there is no CC-MAIN-2026-41; the nearest are CC-MAIN-2026-40, CC-MAIN-2026-35"
    ):
        find(recipe(server.url, crawl="CC-MAIN-2026-41"))


def test_no_network_is_told_in_a_sentence(server, pauses):
    server.close()
    with pytest.raises(StorageError, match=f"{CRAWL} cannot be listed: .*refused.*endpoint: names a mirror"):
        find(recipe(server.url))


def test_the_text_that_the_crawl_has_taken_out_itself(server):
    found = records(server.url, files="wet")
    assert {path for path, *_ in found} == {f"{SEGMENTS}wet/CC-MAIN-00000.warc.wet.gz"}
    assert len(found) == len(crawls.HOSTS) and all(body.startswith(b"The page at") for *_, body in found)


def test_headers_alone_are_the_same_records(server):
    made = recipe(server.url, subset={"domains": ["example"]})
    (source,) = made.sources
    for piece in find(made)[0]:
        with_bodies = [(row, r.offset, r.path, r.url) for row, r in read(piece, settings=source.settings)]
        without = [(row, r.offset, r.path, r.url) for row, r in read(piece, bodies=False, settings=source.settings)]
        assert with_bodies == without


def page(handler, content, start, end) -> bool:
    body = b"<html><body>Please sign in</body></html>"
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)
    return True


def beyond(handler, content, start, end) -> bool:
    handler.send_response(206)
    handler.send_header("Content-Range", f"bytes 0-{10**30}/{10**31}")
    handler.end_headers()
    return True


def shorter(handler, content, start, end) -> bool:
    if start == 0:
        return cut(900)(handler, content, start, end)
    handler.send_response(416)
    handler.send_header("Content-Range", "bytes */100")
    handler.send_header("Content-Length", "0")
    handler.end_headers()
    return True


def test_a_page_in_place_of_a_file_of_the_crawl_is_a_row(server, pauses):
    server.faults["00001.warc.gz"] = [page] * 20
    found = records(server.url)
    assert [one[1:3] for one in found if "00001.warc" in one[0]] == [(0, "broken_warc")]
    assert {one[2] for one in found if "00000.warc" in one[0]} == {OK}


@pytest.mark.parametrize(("fault", "why"), [(beyond, "does not say which bytes"), (shorter, "the file changed")])
def test_what_a_server_says_of_a_file_is_not_believed_against_what_is_known(server, pauses, fault, why):
    server.faults["00001.warc.gz"] = [fault] * 30
    with pytest.raises(StorageError, match=f"CC-MAIN-00001.warc.gz: .*{why}"):
        records(server.url)


BOMB = gzip.compress(bytes(65 << 20), mtime=0)


@pytest.mark.parametrize(
    ("listed", "error", "why"),
    [
        (BOMB, StorageError, f"{CRAWL} cannot be listed: .*warc.paths.gz: unpacks to more"),
        (b"\xff\xfe", StorageError, f"{CRAWL} cannot be listed: .*warc.paths.gz: .*header"),
        (gzip.compress(b"crawl-data\xff", mtime=0), ValueError, f"{CRAWL}/warc.paths.gz lists .*is the mirror sound"),
    ],
)
def test_a_list_of_files_that_is_none_is_told_with_its_place(server, tmp_path, pauses, listed, error, why):
    crawls.make(tmp_path)
    server.folder = tmp_path
    (tmp_path / f"crawl-data/{CRAWL}/warc.paths.gz").write_bytes(listed)
    with pytest.raises(error, match=why):
        find(recipe(server.url))
