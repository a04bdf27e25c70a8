"""HTML pages: the engine that is asked, what it falls back on, and that no page stalls it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.extract.html import fragment_text, main_text

PARAGRAPH = "A sentence that is long enough to be taken for a part of the article, twice over. " * 4


def page(body: str) -> str:
    menu = "<nav><ul><li><a href=/>menu</a><li><a href=/b>about us</a></ul></nav>"
    return f"<html><body>{menu}<article><p>{PARAGRAPH}</p>{body}<p>{PARAGRAPH}</p></article></body></html>"


def test_the_article_is_kept_and_the_navigation_is_not() -> None:
    found = main_text(page(""))
    assert found.extractor == "html" and PARAGRAPH.strip() in found.text and "menu" not in found.text


@pytest.mark.parametrize(
    "markup",
    [
        '<img class=math alt="$a&lt;b$" src=x>',
        '<img src="/media/math/render/svg/0f" alt="{\\displaystyle a&lt;b}">',
        '<script type="math/tex">a<b</script>',
        '<span class=MathJax_Preview>a b</span><span class=MathJax>aab</span><script type="math/tex">a<b</script>',
        "<math><mi>a</mi><semantics><annotation encoding='application/x-tex'>a&lt;b</annotation></semantics></math>",
        '<math alttext="a&lt;b"><mi>a</mi></math>',
    ],
)
def test_formulas_are_tex_between_dollars_and_come_once(markup) -> None:
    text = main_text(page(f"<p>where {markup} holds</p>")).text
    assert "where $a<b$ holds" in text and text.count("<b") == 1


def test_display_formulas_have_two_dollars() -> None:
    assert "$$x$$" in main_text(page('<p>so<script type="math/tex; mode=display">x</script>')).text


def test_code_keeps_its_lines_and_indentation() -> None:
    text = main_text(page("<pre><code>def f():\n    return 1\n\n\tx</code></pre>")).text
    assert "def f():\n    return 1\n\n\tx" in text


def test_what_a_picture_shows_is_no_text_of_a_page_unless_it_is_a_sign_in_a_line() -> None:
    text = main_text(page("<p>so <img alt=':)'> far<img alt='A long story of a picture'></p>")).text
    assert "so :) far" in text and "story" not in text


@pytest.mark.parametrize("head", ["<tr><th>A<th>B", "<thead><tr><th>A<th>B</thead><tbody>"])
def test_a_small_table_keeps_its_first_row(head) -> None:
    assert "\n\nA\tB\n1\t2\n3\t4\n\n" in main_text(page(f"<table>{head}<tr><td>1<td>2<tr><td>3<td>4</table>")).text


def test_an_engine_is_asked_where_the_recipe_says_so() -> None:
    for engine in ("html", "resiliparse", "trafilatura"):
        found = main_text(page(""), engine)
        assert "long enough" in found.text and found.extractor == engine
        assert (found.confidence is None) == (engine != "html")


def test_a_page_below_the_least_confidence_goes_to_trafilatura() -> None:
    assert main_text(page(""), min_confidence=1.0).extractor == "trafilatura"
    assert main_text(page(""), min_confidence=0.0).extractor == "html"
    assert main_text(page(""), "html", min_confidence=1.0).extractor == "html"


def test_code_and_formulas_do_not_go_to_trafilatura() -> None:
    assert main_text(page("<pre>a\n  b</pre>"), min_confidence=1.0).extractor == "html"


def test_a_page_with_text_has_a_text() -> None:
    assert main_text("<a href=x>a</a>", "html").text == "a"
    assert main_text("", "html").text == "" and main_text("<p>").text == ""


@pytest.mark.parametrize(
    "hostile",
    [
        "<div>" * 100_000,
        "<div>" * 50_000 + "</div>" * 50_000,
        "<b><i>" * 30_000,
        "<p " + " ".join(f"a{n}=1" for n in range(50_000)) + ">",
        "<p class='" + "x " * 500_000 + "'>",
        "<!--" * 50_000,
        "<" * 100_000,
        "<script>" * 20_000,
        "<svg>" * 20_000,
        "<a href='" * 20_001,
        '<a b="' * 20_001,
        "<math>" * 40_000 + "application/x-tex",
        "<script type=math/tex>" * 40_000,
        "<span class=katex>" * 40_000,
        "<table><tr><td>" * 10_000,
        "&" * 100_000,
        "&#" + "9" * 100_000,
        "<title>" * 20_000,
        "<ol><li>" * 20_000,
        "</p>" * 100_000,
        "<p>x" * 100_000,
    ],
)
def test_no_page_stalls(hostile) -> None:
    """Linear by construction; where a parser is asked, limits keep these from it. A minute or more without them."""
    for engine in ("auto", "resiliparse"):
        assert "long enough" in main_text(f"<p>{PARAGRAPH}</p>{hostile}", engine).text


@given(
    st.lists(
        st.sampled_from(["<", ">", "/", "div", "p", " a=b", "&lt;", "<!--", "-->", "<script>", "x", "\0", "\ud800"])
    ).map("".join)
)
def test_no_markup_makes_extraction_fail(markup) -> None:
    assert main_text(markup) == main_text(markup)
    assert "\0" not in fragment_text(markup) and "\x1a" not in fragment_text(markup)
