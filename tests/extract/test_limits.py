"""Limits: pages that stall a parser are told by counting, and no real page is among them."""

from pathlib import Path

import numpy as np

from curate.extract.limits import MAX_DEPTH, fits_trafilatura, too_costly
from curate.sources import Piece, read


def test_depth_counts_open_elements_only() -> None:
    assert not too_costly(b"<div></div>" * (MAX_DEPTH * 3))
    assert not too_costly(b"<br><p>x<li>y<img src=a>" * MAX_DEPTH)
    assert not too_costly(b"</div>" * (MAX_DEPTH * 3) + b"<div>" * 10)
    assert too_costly(b"<p><div>" * (MAX_DEPTH + 1))
    assert too_costly(b"</div>" * (MAX_DEPTH * 3) + b"<div>" * (MAX_DEPTH + 1))


def test_many_elements_far_down_cost_too_much() -> None:
    assert too_costly(b"<div>" * 1_900 + b"<b>x</b>" * 20_000)
    assert not too_costly(b"<div>" * 19 + b"<b>x</b>" * 200_000)


def test_attributes_are_counted_and_not_the_words_in_them() -> None:
    assert not too_costly(b"<div data-json='" + b"one two " * 100_000 + b"'>")
    assert too_costly(b"<div " + b" ".join(b"a%d=1" % n for n in range(20_000)) + b">")


def test_tags_that_do_not_end_are_looked_at_once() -> None:
    """A thousand times each they would take a minute."""
    assert too_costly(b"<meta " * 400_000) and too_costly(b"</p " * 2_000 + b"<img x " * 400_000 + b">")
    assert not too_costly(b"a < b; " * 400_000)


def test_many_long_tags_before_one_hide_nothing() -> None:
    decoys = b"<img src='data:image/png;base64," + b"A" * 5_000 + b"'>"
    assert too_costly(decoys * 1_100 + b"<div " + b" ".join(b"a%d=1" % n for n in range(20_000)) + b">")


def test_no_real_page_is_too_costly(data: Path) -> None:
    path = data / "web/crawl/LABDATA-DEV-20260820000000-00000.warc.gz"
    piece = Piece("warc", 0, "web", str(path), path.name, 0, -1, 0)
    assert [row for row, record in read(piece) if too_costly(record.body)] == []


def test_a_long_data_url_is_no_reason_to_refuse_a_page() -> None:
    assert not too_costly(b"<img src='data:image/png;base64," + b"A" * 1_000_000 + b"'>")


def test_limits_work_on_tiny_pages() -> None:
    assert not any(too_costly(np.zeros(n, np.uint8).tobytes()) for n in range(5)) and not too_costly(b"<" * 3)


def test_trafilatura_gets_no_page_with_too_many_elements_or_too_deep_ones() -> None:
    assert fits_trafilatura(b"<p>", 100, 1_000)
    assert not fits_trafilatura(b"<p>", 100_000, 1_000)
    assert not fits_trafilatura(b"<p>", 10_000, 10_000_000)
    assert not fits_trafilatura(b"<p>" * 1_000_000, 100, 1_000)
