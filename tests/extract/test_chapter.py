"""A document of a book without its apparatus: which marks go, which words stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.extract.chapter import fragment
from curate.extract.xhtml import as_html, as_xml


def body(markup: str) -> str:
    return fragment(f'<html xmlns:epub="http://www.idpf.org/2007/ops"><head><title>t</title></head><body>{markup}</body></html>')


@pytest.mark.parametrize(
    "mark",
    [
        '<a epub:type="noteref" href="#n1">1</a>',
        '<a href="n.xhtml#n" role="doc-noteref"><sup>12</sup></a>',
        '<sup><a href="#fn3">3</a></sup>',
        '<a href="#fn4">[4]</a>',
        '<a href="#fn5">*</a>',
        '<a epub:type="backlink" href="#r1">back</a>',
        '<a href="#r1">↩︎</a>',
        '<span epub:type="pagebreak" title="9">9</span>',
        '<span class="pagenum">[Pg 9]</span>',
        '<span class="lnum">10</span>',
    ],
)
def test_marks_of_notes_and_page_numbers_go(mark: str) -> None:
    assert body(f"<p>word{mark}.</p>").replace("<sup></sup>", "") == "<p>word.</p>"


@pytest.mark.parametrize(
    "words",
    [
        'x<sup>2</sup>',
        '<a href="#ch5">5</a>',
        '<a href="https://example.org/1">[1]</a>',
        '<a epub:type="noteref" href="#n">the whole note</a>',
        '<a href="#a">chapter one</a>',
        '<aside epub:type="footnote"><p>A note.</p></aside>',
        '<section epub:type="bibliography"><p>A book.</p></section>',
    ],
)
def test_what_only_looks_like_a_mark_stays(words: str) -> None:
    assert body(f"<p>{words}</p>").count("<") >= words.count("<")


def test_a_dedication_on_a_title_page_stays() -> None:
    dedication = '<p epub:type="dedication">For <b>E.</b></p>'
    found = body(f'<section epub:type="titlepage"><h1>T</h1>{dedication}<p>by A</p></section>')
    assert found == '<p type="dedication">For <b>E.</b></p>'


def test_of_a_switch_the_formula_is_taken_or_else_the_default() -> None:
    maths = '<epub:case required-namespace="http://www.w3.org/1998/Math/MathML"><math/></epub:case>'
    other = '<epub:case required-namespace="http://example.org/chem">C</epub:case>'
    default = "<epub:default><img alt='x'/></epub:default>"
    assert body(f"<epub:switch>{other}{maths}{default}</epub:switch>") == "<math></math>"
    assert body(f"<epub:switch>{other}{default}</epub:switch>") == '<img alt="x">'


def test_html_references_are_known_and_lone_ampersands_stay() -> None:
    assert body("<p>&nbsp;&hellip;&mdash; R&D &unknown; &lt;b&gt; &#1; &amp;</p>") == (
        "<p>\xa0…— R&amp;D &amp;unknown; &lt;b&gt; \ufffd &amp;</p>"
    )


def test_a_page_that_is_no_xml_goes_on_as_html() -> None:
    assert fragment("<p>a<br><a id='x'/>b</p>") == "<p>a<br><a id='x'></a>b</p>"
    assert as_html("<br/><i/>") == "<br/><i></i>"


@given(st.text(max_size=200))
def test_no_text_makes_it_fail(text: str) -> None:
    assert isinstance(fragment(text), str)
    assert "\0" not in as_xml(text)


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=80))
def test_text_comes_back_as_it_was(text: str) -> None:
    from xml.sax.saxutils import escape

    assert body(f"<p>{escape(text)}</p>") == f"<p>{escape(text)}</p>"


REPEATED = [*" &<", "<!DOCTYPE ", "<!DOCTYPE[", "<?xml ", '<a href="#', "<a ", "<a href='#x'><sup>"]


@pytest.mark.parametrize("piece", REPEATED)
def test_repetition_takes_time_in_its_length(piece: str) -> None:
    assert isinstance(fragment(piece * (400_000 // len(piece))), str)
    assert "<!DOCTYPE" not in as_xml("<!DOCTYPE x [" + "y" * 9 + "]><!DOCTYPE z><p/>")
