"""What becomes of each thing that a paper is written with."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.extract.latex import to_text


def text(body: str, preamble: str = "") -> str:
    document = (
        f"\\documentclass{{article}}{preamble}\\begin{{document}}front\\section{{S}}\n{body}\\end{{document}}after"
    )
    head, _, rest = to_text(document)[0].partition("\n\n")
    assert head == "S"
    return rest


KEPT = [
    ("one\ntwo\n\nthree", "one two\n\nthree"),
    ("a % gone\nb \\% c \\\\% gone\n d", "a b % c\nd"),
    ("a%\n\nb", "a\n\nb"),
    ("\\emph{a} {\\bf b} \\textbf{\\textit{c}}", "a b c"),
    ("``a'' `b' c--d e---f g~h", "“a” ‘b’ c–d e—f g h"),
    ("\\'e \\\"{o} \\^\\i \\c{c} \\v s \\ss \\L \\'{\\i} \\~{n}", "é ö î ç š ßŁí ñ"),
    ("\\texttt{a--b ``c''} d--e", "a--b ``c'' d–e"),
    ("a \\cite{x}, \\citep[see][p. 3]{x,y} and Figure~\\ref{f}", "a [cite], [cite] and Figure [ref]"),
    ("a\\label{x}b\\index{c}d\\footnote{e \\emph{f}}g", "abd (e f)g"),
    ("\\href{http://a.b/%20}{text} \\url{http://a.b/c_d%20}", "text http://a.b/c_d%20"),
    ("\\textcolor{red}{a} \\parbox[t]{3cm}{b} \\texorpdfstring{$c$}{d} \\resizebox{1cm}{!}{e}", "a b $c$ e"),
    ("a\\vspace{-1cm} b \\hspace*{2em}c \\vskip 3pt plus 1pt minus 2pt d \\kern-1em e", "a b c d e"),
    ("a\\hskip 1em plus 2em b\\linebreak[4] c\\linebreak d", "a b c d"),
    ("\\newenvironment{x}[ ]{a}{b} c", "c"),
    ("\\unknown[opt]{a} b \\other c", "a b c"),
    ("\\begin{quote}a\\end{quote}b", "a\nb"),
    ("\\verb|a_{b}%\\c| d \\lstinline!x--y!", "a_{b}%\\c d x--y"),
    ("\\subsection*{A \\emph{b}}\nc", "A b\n\nc"),
    ("\\section[short]{Long}\nc", "Long\n\nc"),
    ("\\paragraph{Title.} text", "Title. text"),
    ("\\appendix\\section{More}\na", "More\n\na"),
]
FORMULAS = [
    ("$a$, \\(b\\) and $c$$d$", "$a$, $b$ and $c$ $d$"),
    ("x \\[ a % gone\n\n = b \\label{e} \\] y", "x\n$$a\n= b$$\ny"),
    ("$$a$$", "$$a$$"),
    ("\\begin{align*}\n a &= b \\label{x}\\\\\n c &= d\\nonumber\n\\end{align*}",
     "\\begin{align*}\na &= b \\\\\nc &= d\\nonumber\n\\end{align*}"),
    ("$\\text{if $x$}$ and $\\mbox{a $b$ c}$", "$\\text{if $x$}$ and $\\mbox{a $b$ c}$"),
    ("costs $5\n\nnext $a$", "costs $5$\n\nnext $a$"),
    ("\\begin{math}a\\end{math} \\ensuremath{b}", "$a$ $b$"),
    ("$\\left\\{ x \\right.$", "$\\left\\{ x \\right.$"),
]  # fmt: skip
STRUCTURE = [
    ("\\begin{itemize}\\item a\n\\item b\\end{itemize}c", "- a\n- b\nc"),
    ("\\begin{enumerate}\\item a \\item b \\begin{enumerate}\\item x\\end{enumerate} \\item c\\end{enumerate}",
     "1. a\n2. b\n1. x\n3. c"),
    ("\\begin{description}\\item[a $x$] b\\end{description}", "a $x$ b"),
    ("\\begin{tabular}{l|c}\\hline a & b \\\\[2pt] \\hline \\multicolumn{2}{c}{$x$ & y} \\\\ \\end{tabular}",
     "a\tb\n$x$\ty"),
    ("\\begin{table}[htbp]\\caption{C $x$}\\begin{tabular*}{\\textwidth}{ll} a & b\\end{tabular*}\\end{table}",
     "C $x$\n\na\tb"),
    ("a\\begin{figure}[!h]\\includegraphics[width=.5\\textwidth]{f} 3cm\\caption[s]{Cap \\emph{x} $y$.}\\end{figure}b",
     "a\n\nCap x $y$.\n\nb"),
    ("\\begin{tikzpicture}\\draw (0,0); \\node {$x$};\\end{tikzpicture}a \\tikz \\draw (0,0); b", "a b"),
    ("a\\begin{verbatim}\n  x % y\n\n    \\z{}\n\\end{verbatim}b", "a\n\n  x % y\n\n    \\z{}\n\nb"),
    ("\\begin{lstlisting}[language=C]\nint a;\n  b;\n\\end{lstlisting}", "int a;\n  b;"),
    ("\\begin{minted}[x=y]{python}\ndef f():\n    pass\n\\end{minted}", "def f():\n    pass"),
    ("\\begin{algorithm}[t]\\caption{A}\\begin{algorithmic}[1]\n\\State $x$\n\\end{algorithmic}\\end{algorithm}",
     "A\n\n\\State $x$"),
    ("\\begin{theorem}[Gauss] a\\end{theorem}\\begin{proof}b\\end{proof}c", "Theorem (Gauss). a\n\nProof. b\n\nc"),
    ("\\begin{thebibliography}{9}\\bibitem{a} b\\end{thebibliography}c", "c"),
    ("a\\section*{References}\\bibliography{x}", "a"),
]  # fmt: skip
MACROS = [
    ("\\newcommand{\\R}{\\mathbb{R}}", "$x\\in\\R^n$ \\R", "$x\\in\\mathbb{R}^n$ R"),
    ("\\newcommand{\\v}[2][u]{\\vec{#1}_#2}", "$\\v{i} \\v[w]j$", "$\\vec{u}_i \\vec{w}_j$"),
    ("\\newcommand\\a{\\alpha}", "$\\a x\\a$", "$\\alpha x\\alpha$"),
    ("\\def\\bra#1#2{\\vec#1|#2}", "$\\bra xy$", "$\\vec x|y$"),
    ("\\def\\f#1;#2.{(#1,#2)}", "\\f a;b. c", "(a,b) c"),
    ("\\DeclareMathOperator{\\tr}{tr}\\DeclareMathOperator*{\\am}{arg\\,min}", "$\\tr A \\am_x$",
     "$\\operatorname{tr} A \\operatorname*{arg\\,min}_x$"),
    ("\\let\\old\\epsilon\\renewcommand{\\epsilon}{\\varepsilon}", "$\\old\\epsilon$", "$\\epsilon\\varepsilon$"),
    ("\\let\\oldv\\vec\\renewcommand{\\vec}[1]{\\oldv{\\mathbf{#1}}}", "$\\vec x$", "$\\vec{\\mathbf{x}}$"),
    ("\\newcommand{\\be}{\\begin{equation}}\\newcommand{\\ee}{\\end{equation}}", "\\be a \\ee b",
     "\\begin{equation}\na\n\\end{equation}\nb"),
    ("\\newcommand{\\eq}[1]{\\begin{equation}#1\\end{equation}}", "\\eq{a}", "\\begin{equation}\na\n\\end{equation}"),
    ("\\newenvironment{mine}[1]{\\textbf{#1:} }{ QED}", "\\begin{mine}{A}b\\end{mine}", "A: b QED"),
    ("\\newenvironment{eqs}{\\begin{align}}{\\end{align}}", "\\begin{eqs}a\\end{eqs}",
     "\\begin{align}\na\n\\end{align}"),
    ("\\newtheorem{lem}[thm]{Lemma}\\newtheorem*{cl}{Claim}", "\\begin{lem}a\\end{lem}\\begin{cl}b\\end{cl}",
     "Lemma. a\n\nClaim. b"),
    ("\\newif\\ifx\\newif\\ifdraft\\drafttrue", "\\ifdraft a\\else b\\fi\\draftfalse\\ifdraft c\\else d\\fi", "ad"),
    ("", "\\iffalse a \\if b \\fi c \\else d\\fi e \\iftrue f\\else g\\fi", "de f"),
    ("\\newcommand{\\m}{\\ifmmode x\\else $y$\\fi}", "\\m{} and $\\m$", "$y$ and $x$"),
    ("\\newcommand{\\ie}{i.e.\\xspace}", "\\ie a \\ie, b", "i.e. a i.e., b"),
    ("\\DeclarePairedDelimiter{\\abs}{|}{|}", "$\\abs{x} \\abs*{y}$", "$| x | | y |$"),
    ("\\NewDocumentCommand{\\q}{O{z} m}{#2_#1}", "$\\q{x}\\q[w]{y}$", "$x_zy_w$"),
    ("\\newacronym{ml}{ML}{machine learning}\\acrodef{ai}[AI]{x}\\DeclareAcronym{x}{short = X, long = y}",
     "\\gls{ml} \\glspl{ml}, \\ac{ai} \\Gls{x} \\acp{none}", "ML MLs, AI X nones"),
    ("\\renewcommand{\\section}[1]{nonsense}", "\\section{A}b", "A\n\nb"),
]  # fmt: skip


@pytest.mark.parametrize(("tex", "said"), [*KEPT, *FORMULAS, *STRUCTURE])
def test_text_comes_out_as_a_reader_sees_it(tex: str, said: str) -> None:
    assert text(tex) == said


@pytest.mark.parametrize(("preamble", "tex", "said"), MACROS)
def test_the_author_s_macros_are_expanded(preamble: str, tex: str, said: str) -> None:
    assert text(tex, preamble) == said


def test_what_stands_before_the_first_section_goes_and_the_title_is_told() -> None:
    source = (
        "\\title{A \\emph{b} $c$}\\author{D}\\begin{document}\\maketitle\\begin{abstract}e\\end{abstract}f\\section{G}h"
    )
    assert to_text(source) == ("G\n\nh", "A b $c$")


def test_a_paper_without_sections_is_its_document_without_title_and_abstract() -> None:
    source = "\\begin{document}\\title{A}\\author{B}\\begin{abstract}c\\end{abstract}Letter.\n\nMore.\\end{document}"
    assert to_text(source) == ("Letter.\n\nMore.", "A")


def test_a_letter_whose_only_heading_is_at_its_end_keeps_its_text() -> None:
    source = "\\begin{document}" + "All of it. " * 200 + "\\section*{Acknowledgments}Thanks.\\end{document}"
    assert to_text(source)[0].startswith("All of it.") and to_text(source)[0].endswith("Thanks.")


def test_plain_tex_and_ams_tex_are_read_too() -> None:
    assert to_text("\\def\\R{{\\bf R}}\\beginsection One\n\na $\\R$\\bye gone")[0] == "One\n\na ${\\bf R}$"
    ams = "\\topmatter\\title A\\endtitle\\endtopmatter\\document\\head One\\endhead b $$c$$\\enddocument d"
    assert to_text(ams)[0] == "One\n\nb\n$$c$$"


def test_a_macro_bomb_ends() -> None:
    bomb = "\\def\\a{\\a\\a}\\def\\b{" + "\\c" * 50 + "}\\def\\c{" + "\\d" * 50 + "}\\def\\d{" + "x" * 5000 + "}"
    said = text("\\a\\b y", bomb)
    assert len(said) < 3_000_000 and said.endswith("y")


@pytest.mark.parametrize("unit", ["\\iffalse ", "{", "\\begin{figure}", "\\footnote{", "\\begin{verbatim}", "\\verb|",
                                  "$", "$$", "\\[", "\\begin{align}", "\\newcommand{\\a}[", "\\def\\a#1.{", "\\cite[",
                                  "\\section{", "\\begin{tikzpicture}", "\\let\\a\\b", "\\csname ",
                                  "%", "\\", "\\a"])  # fmt: skip
def test_what_is_never_closed_costs_linear_work(unit: str) -> None:
    body, _ = to_text("\\begin{document}\\section{A}" + unit * 5000)
    assert len(body) <= 200_000


_PIECES = r"""
    \begin{document} \section{a} { } $ $$ \[ \] \( \) % # #1 & ~ \\ \def\a#1{ \a \newcommand{\b}[1][x]{ \b \let\a\b \if
    \else \fi \iffalse \begin{align} \end{align} \begin{figure} \end{figure} \item [ ] \verb| \begin{verbatim} \csname
    \end{verbatim} \newenvironment{e}{ \begin{e} \end{e} \caption{ \footnote{ \cite{ \' \"i x é 漢 \endcsname
    \begin{tabular} \end{tabular} \title{ \char` \char"41 \vskip 1pt \
"""


@given(st.lists(st.sampled_from([*_PIECES.split(), "\n", "\n\n", "\x00", " "]), max_size=60).map(" ".join))
def test_no_input_raises(source: str) -> None:
    body, title = to_text(source)
    assert (body + title).encode() is not None
