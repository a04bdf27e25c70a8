"""HTML: text, formulas and code stay, and no page stalls the parser."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.extract.html import main_text, without_tags
from curate.extract.limits import MAX_DEPTH, too_costly
from curate.sources import Piece, read

PARAGRAPH = "A sentence that is long enough to be taken for a part of the article, twice over. " * 4


def page(body: str) -> str:
    return f"<html><body><nav><a href=/>menu</a></nav><article><p>{PARAGRAPH}</p>{body}</article></body></html>"


def test_the_article_is_kept_and_the_navigation_is_not() -> None:
    text, status = main_text(page(""))
    assert status == "ok" and PARAGRAPH.strip() in text and "menu" not in text


@pytest.mark.parametrize(
    "markup",
    [
        '<img alt="$a&lt;b$" src=x>',
        '<script type="math/tex">a<b</script>',
        "<math><mi>a</mi><semantics><annotation encoding='application/x-tex'>a&lt;b</annotation></semantics></math>",
        '<math alttext="a&lt;b"><mi>a</mi></math>',
    ],
)
def test_formulas_are_tex_between_dollars(markup) -> None:
    assert "$a<b$" in main_text(page(f"<p>where {markup} holds</p>"))[0]


def test_display_formulas_have_two_dollars() -> None:
    assert "$$x$$" in main_text(page('<script type="math/tex; mode=display">x</script>'))[0]


def test_code_keeps_its_lines_and_indentation() -> None:
    assert "def f():\n    return 1" in main_text(page("<pre><code>def f():\n    return 1\n</code></pre>"))[0]


def test_trafilatura_is_asked_where_the_recipe_says_so() -> None:
    assert "long enough" in main_text(page(""), "trafilatura")[0]


@pytest.mark.parametrize(
    "hostile",
    [
        "<div>" * 100_000,
        "<div>" * 50_000 + "</div>" * 50_000,
        "<b><i>" * 30_000,
        "<p " + " ".join(f"a{n}=1" for n in range(50_000)) + ">",
        "<!--" * 50_000,
        "<" * 100_000,
        "<script>" * 20_000,
        "<a href='" * 20_000,
        "<math>" * 40_000 + "application/x-tex",
        "<script type=math/tex>" * 40_000,
        "&" * 100_000,
        "<title>" * 20_000,
    ],
)
def test_no_page_stalls(hostile) -> None:
    """Without the limits, several of these run for a minute or more."""
    text, status = main_text(f"<p>{PARAGRAPH}</p>{hostile}")
    assert status == "ok" and isinstance(text, str)


def test_a_page_too_costly_for_a_parser_keeps_its_text() -> None:
    text, _ = main_text("<div>" * 5_000 + "deep &amp; <script>var x</script>kept")
    assert text == "deep & kept"


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


def test_no_real_page_is_too_costly(data: Path) -> None:
    path = data / "web/crawl/LABDATA-DEV-20260820000000-00000.warc.gz"
    piece = Piece("warc", 0, "web", str(path), path.name, 0, -1, 0)
    assert [row for row, record in read(piece) if too_costly(record.body)] == []


def test_a_long_data_url_is_no_reason_to_refuse_a_page() -> None:
    assert not too_costly(b"<img src='data:image/png;base64," + b"A" * 1_000_000 + b"'>")


@given(
    st.lists(
        st.sampled_from(["<", ">", "/", "div", "p", " a=b", "&lt;", "<!--", "-->", "<script>", "x", "\0", "é"])
    ).map("".join)
)
def test_no_markup_makes_extraction_fail(markup) -> None:
    main_text(markup)
    too_costly(markup.encode())
    assert "\0" not in without_tags(markup).replace("\0", "")


def test_limits_work_on_tiny_pages() -> None:
    assert not any(too_costly(np.zeros(n, np.uint8).tobytes()) for n in range(5)) and not too_costly(b"<" * 3)
