"""Pages with known formulas: what is put in can be found again, and an engine that keeps everything has all of them."""

from pathlib import Path

import pytest

from benchmarks.arxiv_formulas import _of_source
from benchmarks.extraction_formulas import _places, between, rendered
from benchmarks.extraction_pages import pages
from benchmarks.formula_shapes import SHAPES, WITHOUT_TEX, mathml


def test_formulas_of_a_paper_are_taken_as_they_stand_without_labels_and_comments() -> None:
    source = (
        "In $a+b = c$ % not $x+y+z$\nand \\begin{equation}\\label{e} E = mc^2 \\end{equation} or \\$ 5 and \\$ 6, $x$."
    )
    assert [(f.tex, f.display) for f in _of_source("p", source)] == [("a+b = c", False), ("E = mc^2", True)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("display", [True, False])
def test_a_page_states_the_tex_in_all_shapes_but_bare_mathml(shape, display) -> None:
    made = SHAPES[shape]("\\alpha_1", display)
    assert ("\\alpha_1" in made) == (shape not in WITHOUT_TEX)


def test_a_command_that_cannot_be_rendered_is_told() -> None:
    assert mathml("\\mymacro x", False) is None


def test_formulas_stand_between_words_of_the_article_outside_tags_and_elements() -> None:
    words = "Some words of an article that are its text, and long enough to be a paragraph that has a middle. "
    markup = f"<nav><p>{words}</p></nav><p>{words}<a href='a b'>a link with words</a></p>"
    text = f"{words}a link with words"
    for place in _places(markup, text):
        assert markup[place] == " " and "<a" not in markup[place - 3 : place]


def test_what_is_between_markers_is_what_was_recovered() -> None:
    assert between("word quzba $x$ quzbb word", 1) == " $x$ "
    assert between("word quzba $x$", 1) == "" == between("word", 0)


def test_every_formula_is_on_its_page_once_and_right_text_has_all_of_them(data: Path) -> None:
    made = rendered(data, pages(data))
    assert set(made.shapes) == set(SHAPES) and sum(map(len, made.formulas.values())) >= 3_000
    for shape, keys in made.shapes.items():
        key = keys[3]
        right = " ".join(f"quz{chr(97 + n)}a ${f.tex}$ quz{chr(97 + n)}b" for n, f in enumerate(made.formulas[key]))
        assert all(made.recovered(key, right)), shape
        assert not any(made.recovered(key, "")) and not any(made.recovered(key, right.replace("$", "no formula")))
        assert all(made.pages[key].markup.count(f"quz{chr(97 + n)}a") == 1 for n in range(len(made.formulas[key])))
