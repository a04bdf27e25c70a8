"""Common Crawl's index is not trusted: what a line may say of a place, and that damage is told of, line by line."""

import contextlib
import gzip
import io
import json
import random
import zlib

import pytest

from curate.recipe import Recipe
from curate.sources import find, read
from curate.sources.commoncrawl import crawl_index
from curate.sources.commoncrawl.crawl_index import Block, blocks, captures
from curate.sources.commoncrawl.url_keys import EVERYTHING
from tests.faults import fuzz_mutations
from tests.sources import crawls
from tests.sources.crawls import CRAWL, INDEX, SEGMENTS

WARC = f"{SEGMENTS}warc/CC-MAIN-00000.warc.gz"
SUBSET = {"types": ["text/html"], "languages": ["eng"]}
FUZZED = 1_500
PLACE = {
    "url": "https://a.example/", "mime": "text/html", "mime-detected": "text/html", "languages": "eng,deu",
    "filename": WARC, "offset": "700", "length": "900",
}  # fmt: skip


def line(key: str = "example,a)/", **stated) -> str:
    return f"{key} 20260901000000 {json.dumps(PLACE | stated)}"


def of_lines(*lines: str, subset=SUBSET, ranges=(EVERYTHING,)):
    return captures(gzip.compress("\n".join(lines).encode("utf-8", "surrogatepass")), CRAWL, subset, list(ranges))


def cluster(*lines: bytes) -> io.BytesIO:
    return io.BytesIO(b"\n".join(lines) + b"\n")


@pytest.mark.parametrize(
    "wrong",
    [
        line(filename=5),
        line(filename=None),
        line(filename="../../../etc/warc/x.gz"),
        line(filename=f"{SEGMENTS}warc/../../../../../etc/warc/x.gz"),
        line(filename="/etc/warc/x.gz"),
        line(filename=f"crawl-data/CC-MAIN-2013-20/{WARC}"),
        line(filename=WARC.replace(CRAWL, "CC-MAIN-2013-20")),
        line(filename=f"{SEGMENTS}warc/a%2e.gz"),
        line(filename=f"{SEGMENTS}warc/a\n.gz"),
        line(offset=float("inf")),
        line(offset=-1),
        line(offset=1.5),
        line(offset="1_000"),
        line(offset=True),
        line(offset="²"),
        line(offset=10**20),
        line(length=10**20),
        line(length=0),
        line(length="9" * 5_000),
        line(url=7),
        line(url=""),
        line(mime=["text/html"]),
        line(**{"mime-detected": ["text/html"]}),
        line(languages=["eng"]),
        "example,a)/ 20260901000000 " + "[" * 100_000,
        "example,a)/ 20260901000000 {",
        "example,a)/ 20260901000000 [1]",
        "example,a)/ 20260901000000",
        "example,a)/",
        "\ufffd",
    ],
)
def test_a_line_that_says_no_place_in_the_crawl_is_told_of_and_the_others_are_read(wrong):
    found, broken = of_lines(line(), wrong, line(offset=2_000), "")
    assert [one.offset for one in found] == [700, 2_000] and broken == [1]


def test_what_is_not_asked_for_is_no_broken_line():
    found, broken = of_lines(
        line(),
        line(filename=WARC.replace("/warc/", "/crawldiagnostics/")),
        line(languages="deu,eng", offset=2),
        line(**{"mime-detected": "application/pdf"}, offset=3),
        line("org,b)/", offset=4),
        "org,b)/ 20260901000000 {",
        ranges=[("example,a)/", "example,a)0")],
    )
    assert [one.offset for one in found] == [700] and broken == []


def test_one_place_is_one_capture_and_a_line_that_says_otherwise_is_told_of():
    found, broken = of_lines(line(length=901), line(), line(), line(length=902))
    assert [(one.offset, one.length) for one in found] == [(700, 900)] and broken == [0, 3]


def test_a_block_that_unpacks_without_end_is_stopped(monkeypatch):
    monkeypatch.setattr(crawl_index, "MOST_PLAIN", 10_000)
    assert crawl_index.inflated(gzip.compress(b" " * 10_000)) == b" " * 10_000
    for bomb in (gzip.compress(b" " * 10_001), gzip.compress(b" " * 6_000) * 2):
        with pytest.raises(crawl_index.TooLarge):
            crawl_index.inflated(bomb)


def test_a_broken_line_of_the_cluster_is_told_of_where_it_may_concern_the_range():
    lines = [
        b"org,a)/ 1\tcdx-00000.gz\tx\t9\t1",
        b"org,b)/ 1\tcdx-00000.gz\t10\t9\t2",
        b"org,c)/ 1\tcdx-00000.gz\t20\tInfinity\t3",
        b"\xff\xfe",
        b"org,d)/ 1\tcdx-00000.gz\t30\t9\t4",
        b"org,e)/ 1\t../../cdx-00000.gz\t40\t9\t5",
        b"org,f)/ 1\tcdx-00000.gz\t50\t9\t6",
        b"org,g)/ 1\tcdx\xff.gz\t60\t9\t7",
    ]
    starts = [sum(len(before) + 1 for before in lines[:n]) for n in range(len(lines))]
    broken = [Block(crawl_index.CLUSTER, starts[n], len(lines[n]) + 1) for n in range(len(lines))]
    sound = [Block("cdx-00000.gz", 10 * n, 9) for n in range(len(lines))]
    assert blocks(cluster(*lines), [("org,c)/", "org,e)/")]) == sorted(
        [sound[1], broken[2], broken[3], sound[3], broken[5]]
    )
    assert blocks(cluster(*lines), [EVERYTHING]) == sorted(
        [sound[1], sound[3], sound[5], *(broken[n] for n in (0, 2, 3, 5, 7))]
    )


def test_a_line_of_the_cluster_without_end_costs_no_memory_and_no_other_line(monkeypatch):
    monkeypatch.setattr(crawl_index, "LONGEST", 64)
    monkeypatch.setattr(crawl_index, "WINDOW", 256)
    good = [b"org,%03d)/ 1\tcdx-00000.gz\t%d\t9\t1" % (n, n) for n in range(50)]
    stream = cluster(*good[:25], b"z" * 5_000, *good[25:])
    found = blocks(stream, [EVERYTHING])
    assert [one.offset for one in found if one.file != crawl_index.CLUSTER] == list(range(50))
    assert [one.length for one in found if one.file == crawl_index.CLUSTER] == [5_001]
    assert Block("cdx-00000.gz", 40, 9) in blocks(stream, [("org,040", "org,041")])


@pytest.mark.parametrize("start", range(0, FUZZED, 500))
def test_damaged_blocks_and_clusters_are_read_to_their_end_and_every_line_has_its_account(start):
    plain = "".join(f"{line(f'example,a)/{n}', offset=n * 1_000)}\n" for n in range(12)).encode()
    listed = b"".join(b"org,%c)/ 1\tcdx-00000.gz\t%d\t9\t%d\n" % (97 + n, n * 10, n) for n in range(20))
    for number in range(start, start + 500):
        damaged = fuzz_mutations.mutated(plain, listed, number)
        found, broken = captures(gzip.compress(damaged, 1), CRAWL, {}, [EVERYTHING])
        assert all(one.file.startswith(f"crawl-data/{CRAWL}/") and ".." not in one.file.split("/") for one in found)
        assert all(0 <= one.offset < 1 << 36 and 0 < one.length < 1 << 36 for one in found)
        assert len({one[:2] for one in found}) == len(found)
        assert len(set(broken)) == len(broken) and len(broken) <= damaged.count(b"\n") + 1
        for one in blocks(io.BytesIO(fuzz_mutations.mutated(listed, plain, number)), [("org,c", "org,m")]):
            assert "/" not in one.file and 0 <= one.offset < 1 << 36 and one.length > 0
        packed = bytearray(gzip.compress(plain, 1, mtime=0))
        packed[random.Random(number).randrange(len(packed))] ^= 1 << number % 8
        with contextlib.suppress(zlib.error):  # a row: broken_gzip
            captures(bytes(packed), CRAWL, SUBSET, [EVERYTHING])


def records(folder, **stated) -> list[tuple]:
    made = Recipe(name="crawl", sources=[{"kind": "commoncrawl", "crawl": CRAWL, "endpoint": str(folder), **stated}])
    (source,) = made.sources
    return sorted(
        (record.path or piece.path, record.offset, record.status)
        for piece in find(made)[0]
        for _, record in read(piece, settings=source.settings)
    )


def test_broken_lines_of_an_index_are_rows_of_their_own_places_and_all_else_is_read(tmp_path):
    crawls.make(tmp_path / "whole")
    crawls.make(tmp_path / "damaged")
    index, cluster_file = (tmp_path / "damaged" / INDEX / name for name in ("cdx-00000.gz", "cluster.idx"))
    first = gzip.compress(b"example)/ 1 {\nexample)/ 2 {}\n" + line(filename="../../../etc/warc/x.gz").encode())
    listed = cluster_file.read_text().splitlines()
    added = f"example)/ 1\tcdx-00000.gz\t{index.stat().st_size}\t{len(first)}\t99"
    index.write_bytes(index.read_bytes() + first)
    cluster_file.write_text("\n".join(["example)/\tx", added, *listed]) + "\n")
    whole, found = (records(tmp_path / name, subset={"domains": ["example"]}) for name in ("whole", "damaged"))
    broken = [one for one in found if one[2] == "broken_index"]
    assert len(broken) == 4 and len({one[:2] for one in broken}) == 4
    assert [one for one in found if one not in broken] == whole != []


def test_a_crawl_that_lists_files_outside_of_itself_is_refused(tmp_path):
    crawls.make(tmp_path)
    (tmp_path / f"crawl-data/{CRAWL}/warc.paths.gz").write_bytes(gzip.compress(b"../../etc/warc/x.gz\n"))
    with pytest.raises(ValueError, match=r"lists '\.\./\.\./etc/warc/x.gz', which is no file of the crawl"):
        records(tmp_path)
