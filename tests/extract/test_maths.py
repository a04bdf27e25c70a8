"""A formula of a page comes out as TeX: the author's own where the page has it, else what its MathML amounts to."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.tex_tokens import alike
from curate.extract.maths import MAX_BYTES, tex_of_image, tex_of_math, unwrapped

SQUARE = "<msup><mi>x</mi><mn>2</mn></msup>"
PIECES = """
<math> </math> <math@alttext="x <mrow> </mrow> <mi> </mi> <mo> </mo> ( ) { <mfrac> <mfrac@linethickness=0> </mfrac>
<msup> <msub> <munderover> <mover> <mtable> <mtr> <mtd> </mtable> <mfenced@open="<"> </mfenced> <m:mi> <mtext>
<semantics> <annotation@encoding="application/x-tex"> </annotation> &amp; &#0; &#xD800; &bogus; \\ % $ <!-- -->
<![CDATA[ ]]> <apply> <mmultiscripts> <mprescripts/> <none/> <mspace@width="1em"/> <plus/> <ci> 𝐀 α
<menclose@notation="box"> <msqrt> <mroot> <maction> </ < > " '
"""
MARKUP = st.lists(
    st.sampled_from([*(piece.replace("@", " ") for piece in PIECES.split()), "\u2061", "\0"]), max_size=40
)


@pytest.mark.parametrize(
    "markup",
    [
        f'<math>{SQUARE}<annotation encoding="application/x-tex">\\alpha^2 &lt; 1</annotation></math>',
        f'<math><semantics>{SQUARE}<annotation-xml encoding="MathML-Content"><ci>x</ci></annotation-xml>'
        "<annotation encoding='TeX'>\\alpha^2 &lt; 1</annotation></semantics></math>",
        f"<m:math><m:annotation encoding=application/x-tex><![CDATA[\\alpha^2 < 1]]></m:annotation>{SQUARE}</m:math>",
        f'<math alttext="{{\\displaystyle \\alpha^2 &lt; 1}}" display="block">{SQUARE}</math>',
        f'<math alttext="\\displaystyle\\alpha^2 %\n &lt; 1">{SQUARE}</math>',
    ],
)
def test_tex_that_the_page_states_is_taken(markup) -> None:
    assert tex_of_math(markup.encode()) == "\\alpha^2 < 1"


def test_words_to_be_read_aloud_are_no_tex() -> None:
    assert tex_of_math(f'<math alttext="x squared, over two">{SQUARE}</math>'.encode()) == "x^2"


@pytest.mark.parametrize(
    "markup", [b"", b"<math></math>", b"<math>", b"no formula", b"\xff\xfe", b"x" * (MAX_BYTES + 1)]
)
def test_nothing_is_made_of_nothing(markup) -> None:
    assert tex_of_math(markup) is None


@pytest.mark.parametrize(
    ("wrapped", "tex"),
    [
        ("{\\displaystyle x_{1}}", "x_{1}"),
        ("{\\displaystyle {\\textstyle x}+y}", "{\\textstyle x}+y"),
        ("{\\displaystyle a} + {b}", "{\\displaystyle a} + {b}"),
        ("\\displaystyle x", "x"),
        ("\\displaystylex", "\\displaystylex"),
        ("$$x$$", "x"),
        ("$x$ and $y$", "$x$ and $y$"),
        ("\\(x\\)", "x"),
        ("a\\% %\n b", "a\\% b"),
        ("$", "$"),
        ("", ""),
    ],
)
def test_only_what_a_tool_put_around_tex_is_taken_off(wrapped, tex) -> None:
    assert unwrapped(wrapped) == tex


@pytest.mark.parametrize(
    ("alt", "tex"),
    [
        ("\\sqrt{8} = \\sqrt{4\\cdot 2} =\n2\\sqrt{2}", "\\sqrt{8} = \\sqrt{4\\cdot 2} =\n2\\sqrt{2}"),
        ("{\\displaystyle \\lambda }", "\\lambda"),
        ("LaTeX: x^2", "x^2"),
        ("n", "n"),
        ("=", "="),
        ("Equation (3)", None),
        ("formula", None),
        ("eq_12.png", None),
        (" ", None),
    ],
)
def test_the_alt_of_a_picture_of_a_formula_is_its_tex(alt, tex) -> None:
    assert tex_of_image(alt) == tex


@given(MARKUP)
def test_no_markup_makes_it_fail_and_what_comes_is_valid(pieces) -> None:
    markup = "".join(pieces)
    found = tex_of_math(markup.encode())
    assert found is None or (found and found.encode())
    alt = tex_of_image(markup)
    assert alt is None or (alt and alt.encode())


def test_nine_of_ten_formulas_of_arxiv_come_back_from_mathml_symbol_by_symbol(data: Path) -> None:
    from benchmarks.arxiv_formulas import formulas
    from benchmarks.formula_shapes import mathml

    listed = formulas(data)[0][::5]
    right = 0
    for formula in listed:
        recall, precision = alike(formula.tex, tex_of_math((mathml(formula.tex, formula.display) or "").encode()) or "")
        right += recall >= 0.9 and precision >= 0.9
    assert len(listed) > 150 and right / len(listed) >= 0.97
