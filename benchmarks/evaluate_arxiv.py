"""Papers of the development tars as text: equations kept, residue of figures, speed, beside pylatexenc and patterns.

The truth is pylatexenc's parse (`benchmarks.arxiv_truth`). Beside ours: pylatexenc's own text with formulas verbatim,
and the rules of RedPajama's public description as patterns (no comments, nothing before the first section or behind the
bibliography, macros without arguments expanded), written for this. Residue is counted outside formulas, in lines.
Intervals draw papers again. `python -m benchmarks.evaluate_arxiv` prints the speeds too, for results.json.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks import arxiv_truth, results
from benchmarks.corpora import Corpora
from benchmarks.rows import Row
from curate.extract.latex import to_text

COMMAND = "python -m benchmarks.evaluate_arxiv"
_RESIDUE = re.compile(
    r"\\includegraphics|\\begin\{(?:figure|table|wrapfigure|tikzpicture|center|minipage|subfigure)"
    r"|\\(?:draw|node|path|fill|tikz\w*|centering|caption|vspace|label)\b|\[[!htbpH]{1,5}\]|htbp"
    r"|\\?\b(?:textwidth|linewidth|columnwidth)\b|^\s*[\d.]+\s*(?:pt|cm|mm|in|em|ex)\s*$",
    re.M,
)
_FORMULA = re.compile(r"\$\$.*?\$\$|\\begin\{(\w+\*?)\}.*?\\end\{\1\}|\$[^$\n]*\$", re.S)
_NESTED = re.compile(r"(\\(?:text|mbox|hbox|raisebox\{[^{}]*\})\s*\{[^{}$]*)\$([^$]*)\$")
_MACRO = re.compile(r"\\(?:newcommand|renewcommand|def)\*?\s*\{?\\([A-Za-z]+)\}?\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
_SEED, _DRAWS = 0, 2000


def ours(source: str) -> str:
    return to_text(source)[0]


def pylatexenc(source: str) -> str:
    from pylatexenc.latex2text import LatexNodes2Text

    try:
        return str(LatexNodes2Text(math_mode="verbatim").latex_to_text(source, tolerant_parsing=True))
    except (IndexError, TypeError, AttributeError, ValueError):  # on one of the papers
        return ""


def patterns(source: str) -> str:
    source = re.sub(r"(?<!\\)%[^\n]*\n?", "", source)
    macros = dict(_MACRO.findall(source))
    first = re.search(r"\\(?:section|chapter)\b", source)
    last = re.search(r"\\bibliography\b|\\begin\{thebibliography\}|\\end\{document\}", source)
    body = source[first.start() if first else 0 : last.start() if last else len(source)]
    return re.sub(r"\\([A-Za-z]+)(?![A-Za-z])", lambda m: macros.get(m[1], m[0]), body)


ENGINES: dict[str, Callable[[str], str]] = {"curate": ours, "pylatexenc's text": pylatexenc, "patterns": patterns}


def rows(corpora: Corpora) -> list[Row]:
    return measured(corpora.data)[0]


def measured(data: Path) -> tuple[list[Row], list[Row]]:
    """(rows of quality, rows of speed)."""
    papers = arxiv_truth.papers(data)
    truths = {name: arxiv_truth.equations(arxiv_truth.body(source)) for name, source in papers.items()}
    expanders = {name: arxiv_truth.expander(source) for name, source in papers.items()}
    quality, speeds, seconds = [], [], {}
    for engine, text_of in ENGINES.items():
        start = time.process_time()
        texts = {name: text_of(source) for name, source in papers.items()}
        seconds[engine] = time.process_time() - start
        found = {name: arxiv_truth.found(truths[name], texts[name], expanders[name]) for name in papers}
        quality += _quality(engine, texts, {name: len(truths[name]) for name in papers}, found)
    for engine, took in seconds.items():
        said = f"{1000 * took / len(papers):.1f} ms a paper, {sum(map(len, papers.values())) / took / 1e6:.2f} MB/s"
        ratio = round(seconds["pylatexenc's text"] / took, 2)
        name = f"arxiv: speed over pylatexenc's, {engine}"
        speeds.append(Row(name, ratio, "ratio", len(papers), reference=said, command=COMMAND))
    return quality, speeds


def _quality(
    engine: str, texts: dict[str, str], counts: dict[str, int], found: dict[str, tuple[int, int]]
) -> list[Row]:
    bars = ("= 0", ">= 0.99") if engine == "curate" else (None, None)
    total = sum(counts.values())
    either, literal = (sum(one[at] for one in found.values()) for at in (0, 1))
    lines = [line for text in texts.values() for line in outside_formulas(text).split("\n") if line.strip()]
    left = sum(len(residue(text)) for text in texts.values())
    pairs = np.array([(found[name][0], counts[name]) for name in counts])
    said = f"letter by letter {literal / total:.4f}"
    return [
        Row(f"arxiv: equations, {engine}", round(either / total, 5), "share", total, _interval(pairs), reference=said,
            bar=bars[1]),
        Row(f"arxiv: lines with residue of figures, {engine}", left, "lines", len(lines), bar=bars[0]),
    ]  # fmt: skip


def outside_formulas(text: str) -> str:
    return _FORMULA.sub("", _NESTED.sub(r"\1\2", text))


def residue(text: str) -> list[str]:
    """Lines outside formulas in which something of a figure is left."""
    return [line for line in outside_formulas(text).split("\n") if _RESIDUE.search(line)]


def _interval(pairs: np.ndarray) -> tuple[float, float]:
    """95 % of the pooled share when papers are drawn again."""
    drawn = np.random.default_rng(_SEED).integers(0, len(pairs), (_DRAWS, len(pairs)))
    sums = pairs[drawn].sum(axis=1)
    low, high = np.quantile(sums[:, 0] / sums[:, 1], (0.025, 0.975))
    return round(float(low), 5), round(float(high), 5)


def all_rows(data: Path) -> list[Row]:
    quality, speeds = measured(data)
    return quality + speeds


if __name__ == "__main__":
    results.command(__doc__, all_rows, results.PATH)
