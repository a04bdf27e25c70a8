"""Reservations in HTTP headers."""

import pytest

from curate.reservations import of_headers


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ({}, ()),
        ({"x-robots-tag": "noai, noimageai"}, ("noai", "noimageai")),
        ({"x-robots-tag": "NOINDEX"}, ("noindex",)),
        ({"x-robots-tag": "none"}, ("noindex",)),
        ({"x-robots-tag": "googlebot: nofollow, noindex"}, ("noindex",)),
        ({"x-robots-tag": "CCBot: nofollow"}, ("noai",)),
        ({"x-robots-tag": "unavailable_after: 25 Jun 2010 15:00:00 PST, gptbot: noindex"}, ("noai",)),
        ({"x-robots-tag": "max-snippet: 20, all"}, ()),
        ({"tdm-reservation": "1"}, ("tdm",)),
        ({"tdm-reservation": "1, 1"}, ("tdm",)),
        ({"tdm-reservation": "1", "tdm-policy": "https://a.b/policy.json"}, ("tdm", "tdm-policy")),
        ({"tdm-reservation": "0", "tdm-policy": "https://a.b/policy.json"}, ()),
    ],
)
def test_what_headers_reserve(headers, found):
    assert of_headers(headers) == found
