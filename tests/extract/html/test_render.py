"""Structure that a text keeps: lists, tables, code, formulas, headings, one line break for each that a reader sees."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.extract.html import fragment_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<h1>Title</h1><p>One.<p>Two.", "Title\n\nOne.\n\nTwo."),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("a<br>b<br><br>c", "a\nb\nc"),
        ("<ul><li>a<li>b<ol><li>c<li>d</ol><li>e</ul>", "- a\n- b\n  1. c\n  2. d\n- e"),
        ("<ol><li><p>a<p>more</ol><p>b", "1. a\nmore\n\nb"),
        ("<dl><dt>term<dd>what it is</dl>", "term\nwhat it is"),
        ("x&nbsp;y &shy;z\u00ad\ufeff", "x y z"),
        ("<p>see <a href=/x>here</a><sup>2</sup>, <b>now</b>", "see here2, now"),
        ("<h2>Name<a class=headerlink href=#n>¶</a></h2>", "Name"),
        ("so <img class=emoji alt=':)'> done <img alt='a.jpg'>", "so :) done"),
        ("see <img alt='A map of Rome, A.&nbsp;D. 117'> there", "see A map of Rome, A. D. 117 there"),
        ("<p>a<img alt=''></p><img alt='A map'>", "a\n\nA map"),
    ],
)
def test_text_has_the_lines_of_the_page(markup, text):
    assert fragment_text(markup) == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<table><tr><th><th>A<th>B<tr><td>x<td>1<br>2<td><tr><td>y<td><td>3</table>", "\tA\tB\nx\t1 2\ny\t\t3"),
        ("<table><tr><td><p>a</p><td><div>b</div></table>", "a\tb"),
        ("<table><tr><td><p>a</p><p>b</p><td>c</table>", "a\nb\nc"),
        ("<table><tr><td>a<td><pre>x\n  y</pre></table>", "a\n\nx\n  y"),
        ("<table><tr><td>a<td><table><tr><td>b<td>c</table></table>", "a\nb\tc"),
    ],
)
def test_a_row_of_data_is_a_line_with_a_tab_for_each_column(markup, text):
    assert fragment_text(markup) == text


@pytest.mark.parametrize(
    ("markup", "code"),
    [
        ("<pre>\n\n  a\n\tb &lt;c&gt;  \n\n\nd\n\n</pre>", "  a\n\tb <c>  \n\n\nd"),
        ("<pre><code><span class=k>def</span> <span>f</span>():\r\n    pass</code></pre>", "def f():\n    pass"),
        ("<pre>a<br>  b<br/>c</pre>", "a\n  b\nc"),
        ("<pre><div class=line>a</div><div class=line>  b</div></pre>", "a\n  b"),
        ("<pre><span class=lineno>1 </span>a\n<span class=lineno>2 </span>b</pre>", "a\nb"),
        ("<pre class=line-numbers>a\n<button>Copy</button>b</pre>", "a\nb"),
        ("<pre>x&nbsp;&nbsp;y&#13;z</pre>", "x  yz"),
        ("<table><tr><td class=linenos><pre>1\n2</pre><td class=code><pre>a\n  b</pre></table>", "a\n  b"),
    ],
)
def test_code_keeps_each_line_and_no_line_numbers(markup, code):
    assert fragment_text(f"<p>t</p>{markup}<p>u</p>") == f"t\n\n{code}\n\nu"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("10<sup>6</sup> m<sup>2</sup>", "10^6 m^2"),
        ("3 kg m<sup>&minus;3</sup> s<sup>-1</sup>", "3 kg m^{−3} s^{-1}"),
        ("x<SUP >n+1</SUP>, 2<sup>n</sup>, (a+b)<sup> 2 </sup>", "x^{n+1}, 2^n, (a+b)^2"),
        ("Ca<sup>2+</sup>, SO<sub>4</sub><sup>2-</sup>, H<sub>2</sub>O", "Ca^{2+}, SO4^{2-}, H2O"),
        ("м<sup>2</sup>, σ<sup>2</sup>, m<sup>2</sup>/s", "м^2, σ^2, m^2/s"),
        ("<a href=/x>about 10<sup>6</sup></a>", "about 10^6"),
        ("x<sup>1/2</sup>", "x^{1/2}"),
    ],
)
def test_a_raised_number_is_an_exponent(markup, text):
    assert fragment_text(markup) == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("1<sup>st</sup>, n<sup>o</sup> 2<sup>e</sup> M<sup>lle</sup> 1<sup>a</sup>", "1st, no 2e Mlle 1a"),
        ("so<sup><a href='#n2'>2</a></sup> and<a href='#n3'><sup>3</sup></a>", "so2 and3"),
        ("x<sup>[1]</sup> y<sup class=reference>2</sup> physics<sup>3</sup>", "x[1] y2 physics3"),
        ("so.<sup>2</sup> <sup>14</sup>C", "so.2 14C"),
        ("1<sup>1</sup>/<sub>2</sub> 3<sup>1</sup>&frasl;<sub>4</sub>", "11/2 31⁄4"),
        ("$19<sup>99</sup>, £5<sup>50</sup>, €7<sup>50</sup>", "$1999, £550, €750"),
        ("x<sup hidden>2</sup>y<sup>", "xy"),
        ("<pre>x<sup>2</sup></pre>", "x2"),
        ("x<sup>2", "x2"),
        ("“x”<sup>2</sup>", "“x”2"),
    ],
)
def test_what_else_is_raised_stays_as_it_is(markup, text):
    assert fragment_text(markup) == text


@given(st.lists(st.text("ab \t.", max_size=6), min_size=1).map("\n".join).filter(str.strip))
def test_lines_of_code_come_out_as_they_went_in(code):
    lines = code.rstrip().split("\n")
    while not lines[0].strip():
        lines.pop(0)
    assert fragment_text(f"<p>x</p><pre>\n{code}\n</pre>") == "x\n\n" + "\n".join(lines)


@pytest.mark.parametrize(
    "drawn",
    [
        "<span class=katex><span class=katex-mathml><math><semantics><mi>x</mi>"
        "<annotation encoding='application/x-tex'>x^2</annotation></semantics></math></span>"
        "<span class=katex-html aria-hidden=true>x2</span></span>",
        "<span class=MathJax_Preview>x2</span><span class=MathJax><span>x</span>2</span>"
        "<script type='math/tex'>x^2</script>",
        "<mjx-container class=MathJax><mjx-math>x2</mjx-math><mjx-assistive-mml><math><msup><mi>x</mi><mn>2</mn></msup>"
        "</math></mjx-assistive-mml></mjx-container>",
        "<span class=mwe-math-element><span style='display: none;'><math alttext='{\\displaystyle x^2}'><mi>x</mi>"
        "</math></span><img class=mwe-math-fallback-image-inline alt='{\\displaystyle x^2}'></span>",
        "<img class=tex alt='x^2'>",
    ],
)
def test_a_formula_comes_once_as_tex(drawn):
    text = fragment_text(f"<p>so {drawn} holds</p>")
    assert text.replace("^{2}", "^2") == "so $x^2$ holds"


def test_a_formula_on_its_own_has_a_line_and_two_dollars():
    shown = "<script type='math/tex; mode=display'>y</script>"
    assert fragment_text(f"<p>so<div class=MathJax_Display>y</div>{shown}holds</p>") == "so\n$$y$$\nholds"


def test_a_wrapper_without_a_formula_keeps_its_text():
    assert fragment_text("a <span class=katex><span class=katex-html>x+y</span></span> b") == "a x+y b"


def test_tex_that_stands_in_the_text_stays_as_it_is():
    assert fragment_text("<p>\\(a&lt;b\\) and $c$</p>") == "\\(a<b\\) and $c$"


def test_a_fragment_is_bytes_or_text_and_any_of_it():
    assert fragment_text(b"<p>\xc3\xa9\xff") == "é\ufffd" and fragment_text("<p>\ud800\0x\x1a0\x1a") == "? x 0"
    assert fragment_text("") == ""
