"""MathML becomes the TeX that a person would have written."""

import pytest

from benchmarks.tex_tokens import alike
from curate.extract.mathml import to_tex
from curate.extract.mathml_tree import MAX_DEPTH, MAX_ELEMENTS, parse

X, Y, TWO = "<mi>x</mi>", "<mi>y</mi>", "<mn>2</mn>"
HALF = "<mfrac><mn>1</mn><mn>2</mn></mfrac>"
CELLS = ("<mtd><mi>a</mi></mtd><mtd><mi>b</mi></mtd>", "<mtd><mi>c</mi></mtd><mtd><mi>d</mi></mtd>")
TABLE = f"<mtable><mtr>{CELLS[0]}</mtr><mtr>{CELLS[1]}</mtr></mtable>"


def mo(text: str, attributes: str = "") -> str:
    return f"<mo{attributes}>{text}</mo>"


@pytest.mark.parametrize(
    ("markup", "tex"),
    [
        (f"<msup>{X}{TWO}</msup>{mo('=')}{Y}", "x^2 = y"),
        (f"{mo('-')}{X}{mo('&#x2212;')}{Y}", "-x - y"),
        (f"<msub>{X}<mrow>{X}{mo('+')}{TWO}</mrow></msub>", "x_{x+2}"),
        (f"<msup><mrow>{X}{Y}</mrow>{TWO}</msup>", "{xy}^2"),
        (f"<msup><mi>f</mi>{mo('&#x2032;')}</msup>", "f'"),
        (f"<msubsup><mo>&int;</mo><mn>0</mn>{mo('&infin;')}</msubsup>{X}", "\\int_0^{\\infty}x"),
        (f"<munderover>{mo('&sum;')}<mrow>{X}{mo('=')}<mn>1</mn></mrow><mi>n</mi></munderover>", "\\sum_{x=1}^n"),
        (f"<munder><mo>lim</mo><mrow>{X}{mo('→')}<mn>0</mn></mrow></munder>", "\\lim_{x\\rightarrow0}"),
        (f"<mover>{X}{mo('^')}</mover><mover><mrow>{X}{Y}</mrow>{mo('¯')}</mover>", "\\hat{x}\\overline{xy}"),
        (f"<mover accent='true'>{X}{mo('→')}</mover>", "\\vec{x}"),
        (f"<mover><mover>{X}{mo('⏞')}</mover><mtext>all</mtext></mover>", "\\overbrace{x}^{\\text{all}}"),
        (f"<munder><munder>{X}{mo('⏟')}</munder>{Y}</munder>", "\\underbrace{x}_y"),
        (f"<mover>{mo('⟶')}<mi>f</mi></mover>", "\\xrightarrow{f}"),
        (f"<mover>{mo('=')}<mtext>def</mtext></mover>", "\\overset{\\text{def}}{=}"),
        (f"<msqrt>{X}{mo('+')}{Y}</msqrt><mroot>{X}<mn>3</mn></mroot>", "\\sqrt{x + y}\\sqrt[3]{x}"),
        (f"<mrow>{mo('(')}{HALF}{mo(')')}</mrow>", "\\left(\\frac{1}{2}\\right)"),
        (f"<mrow>{mo('(')}{X}{mo(')')}</mrow>", "(x)"),
        (f"<mrow>{mo('(', ' stretchy=false')}{HALF}{mo(')')}</mrow>", "(\\frac{1}{2})"),
        (f"<mrow>{mo('|')}{HALF}{mo('|')}{mo('&lt;')}<mn>1</mn></mrow>", "\\left|\\frac{1}{2}\\right| < 1"),
        ("<mrow><mo>(</mo><mfrac linethickness='0'><mi>n</mi><mi>k</mi></mfrac><mo>)</mo></mrow>", "\\binom{n}{k}"),
        (f"<mrow>{mo('[')}{TABLE}{mo(']')}</mrow>", "\\begin{bmatrix}a & b \\\\ c & d\\end{bmatrix}"),
        (f"{X}<mrow>{mo('{')}{TABLE}{mo('')}</mrow>", "x\\begin{cases}a & b \\\\ c & d\\end{cases}"),
        (f"<mfenced open='|' close='|' separators=';'>{X}{Y}</mfenced>", "|x;y|"),
        (f"<mfenced>{X}<mfrac>{X}{Y}</mfrac></mfenced>", "\\left(x,\\frac{x}{y}\\right)"),
        ("<mi>&alpha;</mi><mi>x</mi><mi>sin</mi><mi>y</mi>", "\\alpha x\\sin y"),
        ("<mi mathvariant='double-struck'>R</mi><mi>&Ropf;</mi><mi>𝐱</mi><mi>ℒ</mi>",
         "\\mathbb{RR}\\mathbf{x}\\mathcal{L}"),
        ("<mi mathvariant='normal'>d</mi><mi>x</mi><mi>rank</mi>", "\\mathrm{d}x\\mathrm{rank}"),
        ("<mn>50</mn><mo>%</mo><mtext>a_b &amp; {c}</mtext>", "50\\%\\text{a\\_b \\& \\{c\\}}"),
        ("<mi>a</mi><mspace width='1em'/><mi>b</mi><mspace width='thinmathspace'/><mi>c</mi>", "a\\quad b\\,c"),
        (f"<mmultiscripts><mi>U</mi>{TWO}<none/><mprescripts/><mn>8</mn><mn>9</mn></mmultiscripts>", "{}_8^9U_2"),
        ("<menclose notation='box'><mi>a</mi></menclose>", "\\boxed{a}"),
        (f"<semantics>{X}<annotation encoding='text/plain'>why</annotation></semantics>", "x"),
        (f"{X}<mphantom>{Y}</mphantom>", "x"),
        (f"<merror><mtext>no</mtext></merror><unknown>{X}</unknown>", "\\text{no}x"),
        ("<apply><plus/><ci>x</ci><cn>2</cn></apply>", "x2"),
        ("<mi>a</mi><!-- <mi>b</mi> --><mi>c</mi>", "ac"),
        ("<m:mi>a</m:mi><mo>∘</mo><mi>b", "a \\circ b"),
    ],
)  # fmt: skip
def test_elements_become_commands(markup, tex) -> None:
    assert to_tex(f"<math>{markup}</math>") == tex


@pytest.mark.parametrize(
    "tex",
    [
        "\\frac{-b\\pm\\sqrt{b^2-4ac}}{2a}",
        "\\sum_{n=1}^{\\infty}\\frac{1}{n^2}=\\frac{\\pi^2}{6}",
        "\\int_{-\\infty}^{\\infty}e^{-x^2}\\,dx=\\sqrt{\\pi}",
        "f(x)=\\begin{cases}x & x\\geq 0\\\\ -x & x<0\\end{cases}",
        "\\begin{pmatrix}a&b\\\\c&d\\end{pmatrix}\\begin{bmatrix}1\\\\2\\end{bmatrix}",
        "\\mathbb{E}[X]=\\int_{\\Omega}X\\,d\\mathbb{P}",
        "\\lim_{x\\to 0}\\frac{\\sin x}{x}=1",
        "\\left\\{x\\in\\mathbb{R}\\mid\\|x\\|_2\\leq 1\\right\\}",
        "\\hat{\\theta}=\\operatorname{argmax}_{\\theta}\\prod_i p(x_i\\mid\\theta)",
        "\\overline{A\\cup B}=\\overline{A}\\cap\\overline{B}",
        "\\nabla\\times\\mathbf{B}=\\mu_0\\mathbf{J}+\\mu_0\\varepsilon_0\\frac{\\partial\\mathbf{E}}{\\partial t}",
        "\\underbrace{a+b}_{n}\\overbrace{c+d}^{m}",
        "\\forall\\epsilon>0\\,\\exists\\delta>0",
        "A\\xrightarrow{f}B\\hookrightarrow C",
        "\\binom{n}{k}=\\frac{n!}{k!(n-k)!}",
        "\\ddot{x}+\\omega^2x=0",
        "\\lfloor x\\rfloor\\leq x\\leq\\lceil x\\rceil",
        "\\mathcal{L}\\{f\\}(s)",
    ],
)
def test_tex_that_went_through_mathml_has_its_symbols(tex) -> None:
    from latex2mathml.converter import convert

    assert alike(tex, to_tex(convert(tex))) == (1, 1)


def test_depth_and_elements_have_limits_and_what_is_within_stays() -> None:
    deep = to_tex("<math>" + "<msup><mi>a</mi>" * (10 * MAX_DEPTH) + "</math>")
    assert deep.count("a") == 10 * MAX_DEPTH
    broad = parse("<math>" + "<mi>a</mi>" * (2 * MAX_ELEMENTS) + "</math>")
    assert len(broad.children[0].children) == MAX_ELEMENTS - 1


@pytest.mark.parametrize("declared", ['<!DOCTYPE m [<!ENTITY a "aaaa">]>', '<!ENTITY a SYSTEM "file:///etc/passwd">'])
def test_declared_entities_are_never_expanded(declared) -> None:
    found = to_tex(f"{declared}<math><mi>&a;</mi></math>")
    assert "aaaa" not in found and "root:" not in found
