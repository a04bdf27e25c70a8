"""Bytes become valid text, by the most trustworthy witness."""

import codecs
import json
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.charset import decode

RUSSIAN = "Съешь же ещё этих мягких французских булок, да выпей чаю. " * 5


@pytest.mark.parametrize("name", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_decides(name) -> None:
    text, _ = decode(RUSSIAN.encode(name), stated="iso-8859-1")
    assert text.removeprefix("\ufeff") == RUSSIAN


@pytest.mark.parametrize("stated", ["iso-8859-1", "windows-1251", None, "nonsense", "hex", "idna", "\0"])
def test_valid_utf8_is_utf8_whatever_is_stated(stated) -> None:
    assert decode(RUSSIAN.encode(), stated) == (RUSSIAN, "utf-8")


def test_the_header_decides_before_the_page() -> None:
    page = f'<meta charset="koi8-r">{RUSSIAN}'
    assert decode(page.encode("cp1251"), "windows-1251", markup=True) == (page, "cp1251")


def test_a_header_that_says_latin1_yields_to_the_page() -> None:
    page = f'<meta http-equiv=content-type content="text/html; charset=windows-1251">{RUSSIAN}'
    assert decode(page.encode("cp1251"), "ISO-8859-1", markup=True) == (page, "cp1251")


def test_names_mean_what_they_mean_in_browsers() -> None:
    assert decode(b"caf\xe9 \x93quoted\x94", "iso-8859-1") == ("café “quoted”", "cp1252")
    assert decode("镕基".encode("gb18030"), "gb2312") == ("镕基", "gb18030")


def test_encodings_that_hide_in_ascii_are_believed() -> None:
    text = "日本語のテキスト"
    assert decode(text.encode("iso2022_jp"), "ISO-2022-JP") == (text, "iso2022_jp")


def test_without_a_statement_the_charset_is_detected() -> None:
    assert decode(RUSSIAN.encode("cp1251"))[0] == RUSSIAN


def test_utf8_with_a_few_broken_bytes_stays_utf8() -> None:
    text, charset = decode(RUSSIAN.encode() + b"\xd0", "utf-8")
    assert (text, charset) == (RUSSIAN + "\ufffd", "utf-8")


@given(
    body=st.binary(max_size=200),
    stated=st.sampled_from([None, "utf-8", "shift_jis", "utf-16", "utf-7", "big5", "zlib"]),
)
def test_no_bytes_make_decoding_fail_and_what_comes_is_valid(body, stated) -> None:
    if result := decode(body, stated, markup=True):
        result[0].encode()
        assert codecs.lookup(result[1])


def test_most_of_the_files_with_known_encodings_are_decoded_as_they_should(data: Path) -> None:
    rows = map(json.loads, (data / "web/encodings/encodings.index.jsonl").open())
    with tarfile.open(data / "web/encodings/encodings.tar.gz") as archive:
        files = {m.name: archive.extractfile(m).read() for m in archive.getmembers() if m.isfile()}
    right = total = 0
    for row in list(rows)[::3]:
        try:
            truth = files[row["file"]].decode(row["encoding_label"])
        except (LookupError, UnicodeError):
            continue
        found = decode(files[row["file"]])
        right += found is not None and found[0].lstrip("\ufeff") == truth.lstrip("\ufeff")
        total += 1
    assert total > 45 and right / total >= 0.85
