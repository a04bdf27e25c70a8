"""Formulas of the arXiv sources of the development data, to be rendered into pages.

Taken from the sources as they stand, macros not expanded, so only those that latex2mathml knows every command of can be
rendered; how many that are of how many is part of the figure. From each paper the first PER_PAPER by a hash, so that no
paper weighs more than others.
"""

from __future__ import annotations

import gzip
import io
import re
import tarfile
from dataclasses import dataclass
from pathlib import Path

import xxhash

PER_PAPER = 40
FEWEST_CHARS, MOST_CHARS = 5, 400  # white space left out; shorter ones stand in any text by chance

_COMMENT = re.compile(r"(?<!\\)%.*")
_FORMULA = re.compile(
    r"(?<!\\)\$\$(?P<a>[^$]+)\$\$|(?<![\\$])\$(?P<b>[^$]+)\$(?!\$)|\\\[(?P<c>.+?)\\\]|\\\((?P<d>.+?)\\\)"
    r"|\\begin\{(?P<e>equation|align|gather|multline|eqnarray)\*?\}(?P<f>.+?)\\end\{(?P=e)\*?\}",
    re.S,
)
_LABEL = re.compile(r"\\(?:label|tag|eqlabel)\*?\s*\{[^{}]*\}|\\(?:nonumber|notag)\b")
_UNFIT = re.compile(
    r"\\(?:begin\{(?:tikz|figure|tabular)|input|includegraphics|ref|eqref|cite|footnote|def|newcommand)"
)


@dataclass(frozen=True)
class Formula:
    tex: str
    display: bool
    paper: str


def formulas(data: Path) -> tuple[list[Formula], int]:
    """(a sample by paper of those that can be rendered, how many of that sample's candidates could not be)"""
    from benchmarks.formula_shapes import mathml

    found, refused = [], 0
    for paper, source in sorted(_papers(data)):
        several = {formula.tex: formula for formula in _of_source(paper, source)}
        kept = 0
        for tex in sorted(several, key=lambda tex: xxhash.xxh3_64_intdigest(tex.encode())):
            if kept == PER_PAPER:
                break
            if mathml(tex, several[tex].display) is None:
                refused += 1
            else:
                found.append(several[tex])
                kept += 1
    return found, refused


def _papers(data: Path) -> list[tuple[str, str]]:
    """(id, all its TeX) of each submission, whether one gzipped file or a gzipped tar."""
    found = []
    for archive in sorted((data / "arxiv" / "src").glob("*.tar")):
        with tarfile.open(archive) as submissions:
            for member in submissions.getmembers():
                opened = submissions.extractfile(member) if member.name.endswith(".gz") else None
                if opened:
                    found.append((Path(member.name).stem, _tex(gzip.decompress(opened.read()))))
    return found


def _tex(content: bytes) -> str:
    try:
        with tarfile.open(fileobj=io.BytesIO(content)) as files:
            parts = [files.extractfile(f) for f in files.getmembers() if f.isfile() and f.name.endswith(".tex")]
            return "\n".join(part.read().decode("utf-8", "replace") for part in parts if part)
    except tarfile.TarError:
        return content.decode("utf-8", "replace")


def _of_source(paper: str, source: str) -> list[Formula]:
    found = []
    for match in _FORMULA.finditer(_COMMENT.sub("", source)):
        tex = _LABEL.sub("", next(match[group] for group in "abcdf" if match[group] is not None)).strip()
        if match["e"] in ("align", "eqnarray"):
            tex = f"\\begin{{aligned}}{tex.strip()}\\end{{aligned}}"
        length = len("".join(tex.split()))
        if FEWEST_CHARS <= length <= MOST_CHARS and not _UNFIT.search(tex) and "\n\n" not in tex:
            found.append(Formula(" ".join(tex.split()), match["b"] is None and match["d"] is None, paper))
    return found
