"""Pages to blocks: as the standard library's parser has them, within bounds, in bounded memory."""

import html
import html.entities
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.extract.html.references import LONGEST
from curate.extract.html.state import END, MOST_DEPTH, OF, PARENT, START
from curate.extract.html.tokenise import tokenise
from tests.oracles import plain_html


def blocks(markup: str) -> list[str]:
    page = tokenise(markup.encode("utf-8", "replace"))
    return [page.text[block[START] : block[END]].tobytes().decode() for block in page.blocks]


TAGS = ["<p>", "</p>", "<b>", "</b>", "<table>", "<td>", "</td>", "<tr>", "<li>", "<pre>", "</pre>", "x", "<br>", "&"]
_CONTROLS = re.compile(
    "&#(?:0*(?:[0-9]|[12][0-9]|3[01]|12[7-9]|1[3-5][0-9])(?![0-9])|[xX]0*(?:[01]?|[789])[0-9a-fA-F](?![0-9a-fA-F]))"
)
WORDS = st.text("ab é中 \n<&;'\u00a0", max_size=8).map(html.escape)
TREES = st.recursive(
    WORDS | st.sampled_from(["<br>", "<!-- <p> -->", "<script>a<b</script>", "&eacute;", "&#8364;", "<img src=x>"]),
    lambda inside: st.tuples(
        st.sampled_from(["div", "p", "b", "i", "span class='x y'", "section id=a", "h2", "blockquote"]),
        st.lists(inside, max_size=4),
    ).map(lambda made: f"<{made[0]}>{''.join(made[1])}</{made[0].split()[0]}>"),
    max_leaves=12,
)


@given(TREES)
def test_blocks_are_those_of_the_parser_of_the_standard_library(markup):
    assert blocks(markup) == plain_html.blocks(markup)


@given(
    st.lists(st.sampled_from(["a", "  b", "\n", "\t", "&lt;", "<b>", "</b>", "<br>", "é"]), max_size=20).map("".join)
)
def test_code_is_that_of_the_parser_of_the_standard_library(code):
    assert blocks(f"<pre>{code}</pre>") == plain_html.blocks(f"<pre>{code}</pre>")


def decoded(text: str) -> str:
    shown = html.unescape(text).replace("\u00ad", "").replace("\ufeff", "")
    return " ".join(filter(None, re.split("[\t\n\x0c\r \u00a0]+", shown)))


def test_every_name_of_a_character_is_known_with_and_without_its_semicolon():
    known = sorted(html.entities.html5)
    wrong = [name for name in known if blocks(f"x&{name} y") != [decoded(f"x&{name} y")]]
    assert wrong == []
    assert max(map(len, known)) <= LONGEST


@given(st.text("&#xX0123456789abcdefF;nogtlAMP ", max_size=12))
def test_references_are_as_browsers_read_them(text):
    if not _CONTROLS.search(text):  # these are spaces here, and nothing there
        assert blocks("x" + text) == [decoded("x" + text)]


@pytest.mark.parametrize(
    ("code", "text"), [("0", "\ufffd"), ("x110000", "\ufffd"), ("xD800", "\ufffd"), ("150", "–"), ("x80", "€")]
)
def test_numbers_that_are_no_characters(code, text):
    assert blocks(f"a&#{code};") == [f"a{text}"]


def test_paragraphs_cells_and_items_end_where_the_next_begins():
    assert blocks("<p>a<p>b<ul><li>c<li><b>d<li>e</ul><table><tr><td>f<td>g<tr><th>h</table>") == list("abcdefgh")


def test_text_without_a_block_around_it_is_a_block():
    assert blocks("a<div>b</div>c") == ["a", "b", "c"] and blocks("a < b <3 </ c>d") == ["a < b <3 d"]


def test_what_is_not_shown_is_no_text():
    hidden = "<p hidden>a</p><p style='color:red; Display: NONE'>b</p><template>c</template><svg>e</svg>"
    assert blocks(f"{hidden}<p>f<script>'</p>'</script><style>g</style><!-- h --><textarea>i</textarea>") == ["f"]


@pytest.mark.parametrize(
    "cut", ["<!-- a", "<script>a", "<p class='a", '<p class="a', "<p ", "</", "<", "<!", "&amp", "<pre>\n\n"]
)
def test_a_page_that_is_cut_off_keeps_what_stands_before(cut):
    assert blocks(f"<p>kept</p>{cut}")[0] == "kept"


def test_an_end_that_never_comes_silences_scripts_only():
    assert blocks("<p>a<!-- b><p>c") == ["a", "c"] and blocks("<p>a<svg><p>c") == ["a", "c"]
    assert blocks("<p>a<script><p>c") == ["a"]


def test_elements_below_the_deepest_are_part_of_it():
    page = tokenise(b"<div>" * 100_000 + b"deep" + b"</div>" * 100_000 + b"<p>after")
    assert len(page.elements) <= MOST_DEPTH + 1
    assert [page.text[b[START] : b[END]].tobytes() for b in page.blocks] == [b"deep", b"after"]


@given(st.lists(st.sampled_from(TAGS)))
def test_blocks_lie_one_behind_another_and_elements_below_their_parents(parts):
    page = tokenise("".join(parts).encode())
    edges = page.blocks[:, [START, END]].ravel()
    assert (np.diff(edges) >= 0).all() and (page.blocks[:, END] > page.blocks[:, START]).all()
    assert (page.blocks[:, OF] < len(page.elements)).all()
    assert (page.elements[1:, PARENT] < np.arange(1, len(page.elements))).all()
