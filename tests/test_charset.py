"""Bytes become valid text, by the most trustworthy witness."""

import codecs
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.charset import decode

RUSSIAN = "Съешь же ещё этих мягких французских булок, да выпей чаю. " * 5
ENGLISH = "The quick brown fox jumps over the lazy dog. " * 20


@pytest.mark.parametrize("name", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_decides(name) -> None:
    text, _ = decode(RUSSIAN.encode(name), stated="iso-8859-1")
    assert text.removeprefix("\ufeff") == RUSSIAN


@pytest.mark.parametrize("stated", ["iso-8859-1", "windows-1251", None, "nonsense", "hex", "idna", "\0"])
def test_valid_utf8_is_utf8_whatever_is_stated(stated) -> None:
    assert decode(RUSSIAN.encode(), stated) == (RUSSIAN, "utf-8")


@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_characters_without_a_mark_are_told_by_their_zeros(name) -> None:
    assert decode((ENGLISH + "é").encode(name), "utf-8") == (ENGLISH + "é", name)


def test_zeros_alone_make_no_wide_characters() -> None:
    assert decode(b"plain\0text\0with\0zeros " * 50) == ("plain\0text\0with\0zeros " * 50, "utf-8")


def test_the_header_decides_before_the_page() -> None:
    page = f'<meta charset="koi8-r">{RUSSIAN}'
    assert decode(page.encode("cp1251"), "windows-1251", markup=True) == (page, "cp1251")


def test_a_header_that_says_latin1_yields_to_the_page() -> None:
    page = f'<meta http-equiv=content-type content="text/html; charset=windows-1251">{RUSSIAN}'
    assert decode(page.encode("cp1251"), "ISO-8859-1", markup=True) == (page, "cp1251")


def test_a_header_that_says_latin1_yields_to_what_the_bytes_are() -> None:
    assert decode(RUSSIAN.encode("cp1251"), "ISO-8859-1", markup=True)[0] == RUSSIAN


def test_a_header_that_says_latin1_is_believed_of_a_few_bytes() -> None:
    assert decode((ENGLISH + "café").encode("cp1252"), "ISO-8859-1") == (ENGLISH + "café", "cp1252")


def test_names_mean_what_they_mean_in_browsers() -> None:
    assert decode(b"caf\xe9 \x93quoted\x94", "iso-8859-1") == ("café “quoted”", "cp1252")
    assert decode("镕基".encode("gb18030"), "gb2312") == ("镕基", "gb18030")
    assert decode("日本語".encode("cp932"), "x-sjis") == ("日本語", "cp932")


@pytest.mark.parametrize("stated", ["ISO-2022-JP", None])
def test_encodings_that_hide_in_ascii_are_found(stated) -> None:
    text = "日本語のテキストです。" * 5
    assert decode(text.encode("iso2022_jp"), stated) == (text, "iso2022_jp")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        ("Všichni lidé rodí se svobodní a sobě rovní co do důstojnosti a práv. " * 2, "cp1250"),
        ("吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。" * 3, "euc_jp"),
        ("吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。" * 3, "shift_jis"),
        ("모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다. " * 3, "euc_kr"),
        ("人人生而自由,在尊严和权利上一律平等。他们赋有理性和良心。" * 3, "gb18030"),
    ],
)
def test_without_a_statement_the_charset_is_detected(text, name) -> None:
    assert decode(text.encode(name))[0] == text


WESTERN = ["Müller", "naïve café"]
WESTERN += ["déjà vu", "été", "à", "Ångström, ß", "«\xa0Noël\xa0» – l’œuvre…", "¿Qué?", "20 °C", "5 £"]


@pytest.mark.parametrize("text", [*WESTERN, ENGLISH * 2 + "Müller", ENGLISH * 9 + "© 2020 ACME " + ENGLISH])
def test_a_few_bytes_that_read_like_western_words_are_windows_1252(text) -> None:
    assert decode(text.encode("cp1252"), markup=True) == (text, "cp1252")


@pytest.mark.parametrize(
    ("text", "name"),
    [("Привет", "cp1251"), ("Привет, world", "koi8-r"), ("日本語", "shift_jis"), ("日本語", "euc_jp"),
     ("你好", "gb18030"), ("안녕하세요", "euc_kr"), ("или", "cp866"), ("пункт", "koi8-r"),
     ("Všichni lidé rodí se svobodní a sobě rovní", "cp1250"), ("Ελλάδα", "cp1253"), ("ekran podglądu", "iso8859-2"),
     ("łatwo", "iso8859-2"), ("zwykłego", "iso8859-2"), ("na nižjo hitrost", "iso8859-2"), ("Übersicht", "mac_roman")],
)  # fmt: skip
def test_a_few_bytes_of_other_scripts_and_regions_are_detected_as_before(text, name) -> None:
    assert decode(text.encode(name))[0] == text


def test_few_bytes_of_which_half_are_utf8_stay_so() -> None:
    assert decode("naïve caf".encode() + b"\xe9") == ("naïve caf\ufffd", "utf-8")


def test_a_damaged_byte_makes_no_windows_1252_of_utf8() -> None:
    text = "naïve café, déjà vu, Müller, été " * 3
    for broken in (text.encode() + b"\xc3", b"\xe9 " + text.encode(), text.encode().replace(b"\xc3", b"\xc3\xc3", 1)):
        decoded = decode(broken)
        assert decoded and decoded[1] == "utf-8" and decoded[0].replace("\ufffd", "").strip() == text.strip()


def test_text_behind_a_long_head_of_scripts_is_detected_too() -> None:
    page = f"<script>{'var a = 1;' * 20_000}</script>{RUSSIAN}"
    assert decode(page.encode("cp1251"), markup=True)[0] == page


def test_utf8_with_a_few_broken_bytes_stays_utf8() -> None:
    assert decode(RUSSIAN.encode() + b"\xd0", "utf-8") == (RUSSIAN + "\ufffd", "utf-8")
    assert decode(RUSSIAN.encode() + b"\xff", "windows-1252", markup=True) == (RUSSIAN + "\ufffd", "utf-8")


def test_quotation_marks_of_windows_in_utf8_are_what_they_were_meant_to_be() -> None:
    body = RUSSIAN.encode() + b"it\x92s \x93quoted\x94 \x96 so"
    assert decode(body) == (RUSSIAN + "it’s “quoted” – so", "utf-8")


def test_misread_text_is_repaired_and_its_charset_says_so() -> None:
    spoilt = "Une journée d’été à la plage".encode().decode("cp1252")
    assert decode(f"<p>{spoilt}</p>".encode(), "utf-8", markup=True) == (
        "<p>Une journée d’été à la plage</p>",
        "utf-8/cp1252",
    )


@given(
    body=st.binary(max_size=200) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace")),
    stated=st.sampled_from([None, "utf-8", "shift_jis", "utf-16", "utf-7", "big5", "zlib", "iso-8859-1"]),
)
def test_no_bytes_make_decoding_fail_and_what_comes_is_valid(body, stated) -> None:
    if result := decode(body, stated, markup=True):
        result[0].encode()
        assert codecs.lookup(result[1].partition("/")[0])


def test_bytes_that_are_no_text_are_undecodable() -> None:
    assert decode(bytes(range(128, 160)) * 9 + b"\xff\xfe\xff" * 9) is None


@given(st.binary(max_size=300))
def test_decoding_is_a_function_of_the_bytes(body) -> None:
    assert decode(body) == decode(bytes(body))


def test_as_many_files_with_known_encodings_are_right_as_by_the_best_detector(data: Path) -> None:
    from benchmarks.encoded_texts import labelled
    from benchmarks.evaluate_encodings import DECODERS, _right

    cases = labelled(data)[::2]
    ours, theirs = (_right(DECODERS[name], cases)[0] for name in ("curate", "chardet"))
    assert len(cases) > 100 and ours >= theirs and ours / len(cases) >= 0.97
