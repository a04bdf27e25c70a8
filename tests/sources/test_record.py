"""Dates and strings as sources state them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.sources.record import _USUAL, clean, epoch


@pytest.mark.parametrize(
    "stated",
    ["2024-05-06T07:08:09Z", "2024-05-06T07:08:09.123456Z", "2024-05-06 07:08:09", "2024-05-06T09:08:09+02:00",
     "2024-05-06T02:08:09-0500", "20240506070809", 1714979289, 1714979289.7, 1714979289123],
)  # fmt: skip
def test_the_usual_spellings_are_one_moment(stated) -> None:
    assert epoch(stated) == 1714979289


@pytest.mark.parametrize(
    "stated",
    [
        None,
        "",
        "yesterday",
        "2008-10-294T05:21:46-0700",
        "2024-13-01",
        "99999999",
        True,
        float("nan"),
        1e300,
        10**30,
        [],
    ],
)
def test_what_is_no_date_is_none(stated) -> None:
    assert epoch(stated) is None


def test_days_and_months_are_their_first_second() -> None:
    assert epoch("2024-05-06") == 1714953600 == epoch("20240506")
    assert epoch("2024-05") == 1714521600


@given(st.text(st.characters(codec=None), max_size=30))
def test_clean_strings_are_utf8_without_nul(text) -> None:
    cleaned = clean(text) or ""
    assert "\0" not in cleaned
    cleaned.encode()
    if "\0" not in text and not any(0xD800 <= ord(c) < 0xE000 for c in text):
        assert cleaned == text


def test_an_hour_of_24_is_no_date_on_any_python() -> None:
    assert epoch("2024-05-06T24:00:00Z") is None and epoch("2024-05-06 24:00:00") is None
    assert not _USUAL.fullmatch("2024-05-06T24:00:00Z")  # since Python 3.14 `fromisoformat` takes it for the next day
    assert _USUAL.fullmatch("2024-05-06T23:59:59Z") and _USUAL.fullmatch("2024-05-06T09:00:00Z")
