"""An exchange that goes on and on ends all the same."""


import pytest

from classifiers.annotate.client import Failed
from tests.classifiers.annotate.scripted import dripping
from tests.classifiers.annotate.test_client import asked


@pytest.mark.parametrize(
    ("first", "again"),
    [
        (b"HTTP/1.1 200 OK\r\n", b"X"),
        (b"", b"HTTP/1.1 102 Processing\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\0\0\0\0\0\0\3", b"\0\0\0\xff\xff"),
    ],
    ids=["a header that never ends", "patience asked for", "compressed nothing"],
)
def test_what_keeps_arriving_without_an_answer_is_given_up(first, again):
    with dripping(first, again) as url, pytest.raises(Failed, match=r"no answer in 0\.3 s"):
        asked(url, timeout=0.3)
