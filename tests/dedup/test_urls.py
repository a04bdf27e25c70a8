"""URLs: one spelling for one page, two for two."""

import gzip
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.dedup.urls import Blocklist, host, normalise, url_hashes


@pytest.mark.parametrize(
    "same",
    [
        "http://example.com/a/b?x=1&y=2",
        "HTTPS://WWW.EXAMPLE.COM/a/b?x=1&y=2",
        "https://example.com:443/a/b?y=2&x=1",
        "http://user:secret@example.com.:80/a/b?x=1&y=2#top",
        " http://example.com/a/b/?x=1&&y=2&utm_source=feed&fbclid=Iw ",
        "http://example.com/%61/b?x=1&amp;y=2",
        "http://example.com/a/b;jsessionid=5F?x=1&y=2&PHPSESSID=6",
    ],
)
def test_variants_of_an_address_are_one(same) -> None:
    assert normalise(same) == "example.com/a/b?x=1&y=2"


@pytest.mark.parametrize(
    "other",
    [
        "http://example.com/A/b?x=1&y=2",
        "http://example.com/a/b?x=2&y=1",
        "http://example.com/a/b?x=1&y=2&x=3",
        "http://example.com/a/b",
        "http://example.com:8080/a/b?x=1&y=2",
        "http://m.example.com/a/b?x=1&y=2",
        "http://example.com/a%2Fb?x=1&y=2",
        "ftp://example.com/a/b?x=1&y=2",
    ],
)
def test_other_pages_stay_apart(other) -> None:
    assert normalise(other) != "example.com/a/b?x=1&y=2"


def test_names_and_paths_in_any_script_have_one_spelling() -> None:
    assert normalise("http://münchen.de/straße?q=ü") == normalise("https://www.xn--mnchen-3ya.de/stra%c3%9fe/?q=%C3%BC")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://u:p@WWW.Example.COM.:8080/x", "example.com"),
        ("http://[2001:db8::1]:80/x", "[2001:db8::1]"),
        ("http://www.uk/", "www.uk"),
        ("http://example.com?x", "example.com"),
        ("http://:80/", None),
        ("urn:isbn:1", None),
        ("", None),
        ("no address", None),
    ],
)
def test_hosts_are_names_alone(url, name) -> None:
    assert host(url) == name


@given(
    st.text(st.characters(codec=None), max_size=40),
    st.sampled_from(["http://", "https://www.", "", "//", "http://[", "http://a/?"]),
)
def test_no_string_makes_it_fail_and_a_second_time_changes_nothing(text, prefix) -> None:
    once = normalise(prefix + text)
    host(prefix + text)
    assert normalise(f"http://{once}") == once or not once or "://" not in prefix


def test_hashes_are_of_normalised_urls_and_zero_without_one() -> None:
    hashes = url_hashes(pa.array(["http://a.example/", None, "", "https://www.a.example", "http://b.example"]))
    assert hashes.dtype == np.uint64 and hashes[1] == hashes[2] == 0
    assert hashes[0] == hashes[3] != hashes[4] and hashes[0] != 0


def test_a_blocklist_covers_the_hosts_below(tmp_path: Path) -> None:
    (tmp_path / "list").write_text("# bad\n\nBad.Example  # comment\nwww.worse.example\n")
    blocklist = Blocklist([str(tmp_path / "list")])
    assert len(blocklist) == 2
    assert all(map(blocklist.blocks, ("bad.example", "ads.bad.example", "worse.example", "x.y.worse.example")))
    assert not any(map(blocklist.blocks, ("notbad.example", "example", "", None)))


def test_a_line_that_is_no_host_stops_with_its_number(tmp_path: Path) -> None:
    (tmp_path / "list").write_text("good.example\nhttp://bad.example/page\n")
    with pytest.raises(ValueError, match="list:2"):
        Blocklist([str(tmp_path / "list")])


def test_all_recaptures_are_found_and_no_other_page_of_the_crawl_is_taken_for_one(data: Path) -> None:
    pairs = [json.loads(line) for line in (data / "neardup/warc_recaptures.pairs.jsonl").open()]
    assert len(pairs) == 61
    assert [pair for pair in pairs if normalise(pair["url_a"]) != normalise(pair["url_b"])] == []
    alike = {frozenset((pair["url_a"], pair["url_b"])) for pair in pairs}
    captured: dict[str, set[str]] = {}
    for index in sorted((data / "web/crawl").glob("*.index.jsonl.gz")):
        for line in gzip.decompress(index.read_bytes()).splitlines():
            url = json.loads(line)["url"]
            captured.setdefault(normalise(url), set()).add(url)
    assert [urls for urls in captured.values() if len(urls) > 1 and frozenset(urls) not in alike] == []
