"""The equations of a paper as pylatexenc's parser sees them, and whether a text has them.

Every formula of the joined source behind the first section: between dollars, in brackets, or in an environment that
pylatexenc or amsmath calls one; the outermost where they nest. Not in the bibliography, in drawings, in code, in
entries of the index or in definitions of macros, which are to go or are no formulas. Compared without white space and
labels, as often as it occurs. A formula counts as found literally, or with the author's macros expanded on both sides
by one set of rules.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from curate.extract.latex.comments import without_comments
from curate.extract.latex.reader import Reader
from curate.extract.latex.typeset import typeset
from curate.sources import Piece
from curate.sources.arxiv import read
from curate.sources.record import Options

_COMMENT = re.compile(r"(?<!\\)((?:\\\\)*)%[^\n]*\n?[ \t]*")
_FIRST = re.compile(r"\\(?:chapter|section|subsection)\b\*?")
_LAST = re.compile(r"\\end\s*\{document\}")
_GONE = re.compile(
    r"\\begin\s*\{(thebibliography|tikzpicture|comment|minted|verbatim|lstlisting|Verbatim)\}.*?\\end\s*\{\1\}", re.S
)
_INDEX = re.compile(r"\\index\w*\s*(?:\[\w*\])?\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}")
_ENDS_IN_WORD = re.compile(r"\\[A-Za-z]+\Z")
_LABEL = re.compile(r"\\label\s*\{[^{}]*\}")
_ENVIRONMENTS = frozenset(
    name + star
    for name in ("equation", "align", "alignat", "flalign", "gather", "multline", "eqnarray", "displaymath", "math")
    for star in ("", "*")
)
_DEFINITIONS = frozenset(
    ("newcommand", "renewcommand", "providecommand", "def", "newenvironment", "DeclareMathOperator")
)


@dataclass(frozen=True)
class Equation:
    tex: str  # what stands between its delimiters
    inline: bool


def papers(data: Path) -> dict[str, str]:
    """Joined source by identifier."""
    found = {}
    for path in sorted((data / "arxiv" / "src").glob("*.tar")):
        piece = Piece("arxiv", 0, "papers", str(path), path.name, 0, -1, path.stat().st_size)
        for record in read(piece, Options({})):
            if isinstance(record.body, str):
                found[(record.url or "").rsplit("/", 1)[-1]] = record.body
    return found


def body(source: str) -> str:
    """Behind the first section, without comments and what is to go."""
    document = _COMMENT.sub(r"\1", source)
    begin = document.find("\\begin{document}")
    first = _FIRST.search(document, max(begin, 0))
    last = _LAST.search(document, max(begin, 0))
    kept = document[first.start() if first else max(begin, 0) : last.start() if last else len(document)]
    return _INDEX.sub("", _GONE.sub(" ", kept))


def equations(tex: str) -> list[Equation]:
    from pylatexenc.latexwalker import LatexWalker

    nodes, _, _ = LatexWalker(tex, tolerant_parsing=True).get_latex_nodes()
    return [found for found in _of(nodes) if bare(found.tex)]


def found(truth: list[Equation], text: str, expanded: Callable[[str], str]) -> tuple[int, int]:
    """(equations that are in `text`, those that are there letter by letter)."""
    compact = bare(text)
    either = literal = 0
    for equation, times in Counter(truth).items():
        plain, full = bare(equation.tex), bare(expanded(equation.tex))
        there = [min(times, _times(one, equation.inline, compact)) for one in (plain, full)]
        literal += there[0]
        either += max(there)
    return either, literal


def expander(source: str) -> Callable[[str], str]:
    """What expands a formula by all the macros that a paper defines."""
    expansion = typeset(without_comments(source)).expansion
    expansion.in_formula = True

    def expanded(tex: str) -> str:
        expansion.reader = Reader(tex)
        parts: list[str] = []
        while (token := expansion.next()) is not None:
            if token not in ("\\ensuremath", "\\protect", "\\relax"):
                parts.append(f" {token}" if parts and _ENDS_IN_WORD.search(parts[-1]) and token[0].isalpha() else token)
        return "".join(parts)

    return expanded


def bare(tex: str) -> str:
    return "".join(_LABEL.sub("", tex).split())


def _times(tex: str, inline: bool, compact: str) -> int:
    return compact.count(f"${tex}$") if inline else compact.count(tex)


def _of(nodes: list) -> Iterator[Equation]:
    from pylatexenc import latexwalker as lw

    held = list(reversed(nodes or []))
    while held:
        node = held.pop()
        if node is None:
            continue
        if isinstance(node, lw.LatexMathNode):
            inside = "".join(one.latex_verbatim() for one in node.nodelist)
            yield Equation(inside, node.displaytype == "inline")
        elif isinstance(node, lw.LatexEnvironmentNode) and node.environmentname in _ENVIRONMENTS:
            yield Equation("".join(one.latex_verbatim() for one in node.nodelist), node.environmentname == "math")
        elif isinstance(node, lw.LatexMacroNode):
            if node.macroname not in _DEFINITIONS and node.nodeargd:
                held += reversed(node.nodeargd.argnlist or [])
        elif isinstance(node, (lw.LatexGroupNode, lw.LatexEnvironmentNode)):
            held += reversed(node.nodelist)
