"""Lists of what must go: read to the letter or refused with file and line."""

import pytest

from curate.errors import UserError
from curate.exclusions import Exclusions, read


@pytest.fixture
def write(tmp_path):
    def written(content, name="takedown.csv"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    return written


LIST = """\ufeffURL, host ,uid,reason
# asked for on 3 March

https://Example.org/a?b=1&utm_source=x#top,,,"the author's wish, by letter"
,Shop.example.net
,,00000000000000ff,old
"""


def test_each_row_is_an_entry_with_its_line_and_reason(write):
    entries = read(write(LIST))
    assert [(e.name, e.line, e.reason) for e in entries] == [
        ("url", 4, "the author's wish, by letter"), ("host", 5, ""), ("uid", 6, "old"),
    ]  # fmt: skip
    assert str(entries[0]) == "takedown.csv:4 (the author's wish, by letter)" and str(entries[1]) == "takedown.csv:5"


@pytest.mark.parametrize(
    ("url", "uid", "line"),
    [
        ("http://www.example.org/a?b=1", 1, 4),
        ("https://example.org/a", 1, None),
        ("https://shop.example.net/x", 1, 5),
        ("https://deep.shop.example.net:8080/", 1, 5),
        ("https://example.net/", 1, None),
        ("https://notshop.example.net/", 1, None),
        (None, 255, 6),
        (None, 1, None),
        ("https://shop.example.net/", 255, 5),
    ],
)
def test_a_document_is_named_by_address_host_or_uid(write, url, uid, line):
    found = Exclusions([write(LIST)]).of(url, uid)
    assert (found.line if found else None) == line


@pytest.mark.parametrize(
    ("content", "where", "why"),
    [
        ("", ":1:", "must name the columns"),
        ("https://example.org/\n", ":1:", "must name the columns"),
        ("url,note\nhttps://example.org/,x\n", ":1:", "it says url, note"),
        ("reason\nx\n", ":1:", "must name the columns"),
        ("url,url\n", ":1:", "each once"),
        ("url,host\nhttps://a.org/,a.org\n", ":2:", "url and host of url, host and uid"),
        ("url,reason\n,because\n", ":2:", "states none"),
        ("url\nexample.org\n", ":2:", "is not a web address"),
        ("host\n\n# x\nhttps://example.org/\n", ":4:", "is not a host"),
        ("host\norg\n", ":2:", "is not a host"),
        ("uid\n12g\n", ":2:", "16 hex digits"),
        ("uid\nff\n", ":2:", "16 hex digits"),
        ("uid\n18446744073709551616\n", ":2:", "16 hex digits"),
        ("uid\n1234567890123456\n", ":2:", "write 0x1234567890123456 or +1234567890123456"),
        ("url\nhttps://a.org/,b\n", ":2:", "2 cells for 1 columns"),
        ('url\n"https://a.org/\n', ":2:", "unclosed quote"),
        (b"url\nhttps://a.org/\xff\n", ": is not UTF-8", "save it"),
    ],
)
def test_what_is_not_understood_stops_at_once_with_its_line(write, content, where, why):
    with pytest.raises(UserError) as told:
        read(write(content))
    assert f"takedown.csv{where}" in str(told.value) and why in str(told.value)


def test_of_two_entries_the_first_decides_across_lists(write):
    lists = [write("host\na.org\n", "1.csv"), write("url\nhttps://a.org/x\n", "2.csv")]
    assert Exclusions(lists).of("https://a.org/x", 1).file == "1.csv"
    assert Exclusions(lists[::-1]).of("https://a.org/x", 1).file == "2.csv"


@pytest.mark.parametrize(
    ("written", "uid"),
    [
        ("1f8e60d2a7c3b945", 0x1F8E60D2A7C3B945),
        ("1F8E60D2A7C3B945", 0x1F8E60D2A7C3B945),
        ("0x1234567890123456", 0x1234567890123456),
        ("0xff", 255),
        ("+1234567890123456", 1234567890123456),
        ("255", 255),
        ("18446744073709551615", (1 << 64) - 1),
    ],
)
def test_a_uid_is_read_as_explain_prints_it_and_as_text_holds_it(write, written, uid):
    found = Exclusions([write(f"uid\n{written}\n")])
    assert found.of(None, uid) is not None and found.of(None, uid ^ 1) is None


def test_rows_that_named_nothing_are_known_and_rows_behind_another_named_something(write):
    found = Exclusions([write("host,url\na.org,\n,https://a.org/x\nb.org,\nA.org,\n,https://a.org/y\n")])
    assert [entry.line for entry in found.unmatched()] == [2, 3, 4, 5, 6]
    found.of("https://a.org/x?utm_source=q", 1)
    assert [str(entry) for entry in found.unmatched()] == ["takedown.csv:4", "takedown.csv:6"]
