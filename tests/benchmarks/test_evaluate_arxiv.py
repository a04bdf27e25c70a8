"""The bars of LaTeX, on the development papers: equations that pylatexenc finds, no residue of figures."""

from pathlib import Path

import pytest

from benchmarks import arxiv_truth
from benchmarks.evaluate_arxiv import ours, outside_formulas, residue

LARGE = "2401.00001"  # a book of 1.5 MB, half of all formulas: `make evaluate` has it


@pytest.fixture(scope="module")
def papers(data: Path) -> dict[str, str]:
    return {name: source for name, source in arxiv_truth.papers(data).items() if name != LARGE}


def test_nothing_of_a_figure_is_left_in_any_paper(papers: dict[str, str]) -> None:
    assert len(papers) == 33
    assert {name: left for name, source in papers.items() if (left := residue(ours(source)))} == {}


def test_equations_of_papers_are_kept(papers: dict[str, str]) -> None:
    total = found = 0
    for name in sorted(papers)[::3]:
        truth = arxiv_truth.equations(arxiv_truth.body(papers[name]))
        total += len(truth)
        found += arxiv_truth.found(truth, ours(papers[name]), arxiv_truth.expander(papers[name]))[0]
    assert total > 1500 and found >= 0.99 * total


def test_an_equation_that_is_lost_or_changed_is_not_found() -> None:
    truth = arxiv_truth.equations("a $x$ $x$ \\begin{align}y &= z\\label{l}\\end{align} \\[w\\]")
    assert len(truth) == 4
    same = str
    assert arxiv_truth.found(truth, "a $x$ $ x $\n\\begin{align}\ny &= z\n\\end{align}\n$$w$$", same) == (4, 4)
    assert arxiv_truth.found(truth, "a $x$ $x+1$ $$w$$", same) == (2, 2)


def test_residue_is_looked_for_outside_formulas_only() -> None:
    assert residue("$\\vspace{1cm}$ a\n\\includegraphics{x}\n0.5\\textwidth") == [
        "\\includegraphics{x}",
        "0.5\\textwidth",
    ]
    assert outside_formulas("a $\\text{if $x$}$ b") == "a  b"
