"""Wikipedia: dumps read without a crash, markup left in the text, prose kept, and speed, beside other ways to do it.

Residue is counted in lines outside formulas, whose braces are their own; braces of code count. Prose is held against no
truth but mwparserfromhell's: the share of the words of its `strip_code`, footnotes and pictures taken out before, that
ours has, in lines of thirty words and more, which are paragraphs in both. The third way is what many scripts do:
regular expressions that take templates from the inside out, as gensim's reader did.

`python -m benchmarks.evaluate_wikipedia` prints the speed too, for results.json.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from pathlib import Path

from benchmarks import results
from benchmarks.corpora import Corpora
from benchmarks.rows import Row, share
from curate.extract import wikitext
from curate.extract.extract import extract
from curate.recipe.sections import Extract
from curate.sources import OK, Piece, Record, read

HEAD = "enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2"
RESIDUE = ("{{", "}}", "{|", "[[")
_TEX = re.compile(r"\$\$?[^$]+\$\$?")
_PICTURE = re.compile(r"\s*(?:File|Image|Category):", re.I)
_LONG = 30  # words
_COMMAND = "python -m benchmarks.evaluate_wikipedia"


def rows(corpora: Corpora) -> list[Row]:
    folder = corpora.data / "wikipedia"
    dumps = sorted([*folder.glob("*.*"), *(folder / "minidumps").iterdir()])
    crashed, lines, residue = 0, 0, 0
    for dump in dumps:
        try:
            texts = [extract(record, Extract()) for record in records(dump)]
            crashed += any(one.status.startswith("extract_error") for one in texts)
        except Exception:
            crashed += 1
            continue
        for text in texts:
            found = counted(text.text)
            lines, residue = lines + found[0], residue + found[1]
    return [
        Row("wikipedia: dumps that crash", crashed, "dumps", len(dumps), bar="= 0"),
        share("wikipedia: lines with residue, all dumps", residue, lines),
        *_beside(articles(folder / HEAD)),
    ]


def records(dump: Path) -> list[Record]:
    piece = Piece("wikipedia", 0, "reference", str(dump), dump.name, 0, -1, dump.stat().st_size)
    return [record for _, record in read(piece)]


def articles(dump: Path) -> list[str]:
    return [one.body for one in records(dump) if one.status == OK and isinstance(one.body, str)]


def counted(text: str) -> tuple[int, int]:
    """(lines that are not blank, those with residue outside formulas)"""
    lines = [line for line in text.split("\n") if line.strip()]
    return len(lines), sum(any(mark in _TEX.sub("", line) for mark in RESIDUE) for line in lines)


def _beside(articles: list[str]) -> list[Row]:
    ours = [*map(wikitext.text, articles)]
    theirs = [*map(_mwparserfromhell, articles)]
    plain = [*map(_regular_expressions, articles)]
    found = []
    for name, texts, bar in (
        ("enwiki head", ours, "<= 0.005"), ("enwiki head, mwparserfromhell", theirs, None),
        ("enwiki head, regular expressions", plain, None),
    ):  # fmt: skip
        lines, residue = map(sum, zip(*map(counted, texts), strict=True))
        found.append(share(f"wikipedia: lines with residue, {name}", residue, lines, bar=bar))
    kept, of = _prose_kept(ours, [_prose(article) for article in articles])
    return [
        *found,
        share("wikipedia: words of mwparserfromhell's paragraphs that ours has", kept, of, bar=">= 0.97"),
    ]


def _prose_kept(ours: list[str], theirs: list[str]) -> tuple[int, int]:
    kept = of = 0
    for our, their in zip(ours, theirs, strict=True):
        long = Counter(
            word for line in their.split("\n") if len(line.split()) >= _LONG for word in re.findall(r"\w+", line)
        )
        kept += (long & Counter(re.findall(r"\w+", our))).total()
        of += long.total()
    return kept, of


def _mwparserfromhell(markup: str) -> str:
    import mwparserfromhell

    return str(mwparserfromhell.parse(markup).strip_code())


def _prose(markup: str) -> str:
    import mwparserfromhell

    tree = mwparserfromhell.parse(markup)
    for node in (*tree.filter_tags(), *tree.filter_wikilinks()):
        gone = str(node.tag) in ("ref", "gallery") if hasattr(node, "tag") else _PICTURE.match(str(node.title))
        if gone and tree.contains(node):
            tree.remove(node)
    return str(tree.strip_code())


def _regular_expressions(markup: str) -> str:
    text = re.sub(r"<!--.*?-->|<ref[^>/]*/>|<ref.*?</ref>|<math.*?</math>", "", markup, flags=re.S)
    for _ in range(8):
        text = re.sub(r"\{\{[^{}]*\}\}|\{\|[^{}]*\|\}", "", text)
    text = re.sub(r"\[\[(?:File|Image|Category):[^\[\]]*\]\]", "", text)
    text = re.sub(r"\[\[(?:[^\[\]|]*\|)?([^\[\]]*)\]\]", r"\1", text)
    return re.sub(r"\[https?://\S+ ?([^\]]*)\]|'{2,}|</?\w[^>]*>", r"\1", text)


def _speeds(bodies: list[str]) -> list[Row]:
    size = sum(len(body.encode()) for body in bodies)
    found = []
    for name, strip in (("ours", wikitext.text), ("mwparserfromhell's strip_code", _mwparserfromhell)):
        strip(bodies[0])
        begun = time.process_time()
        for body in bodies:
            strip(body)
        spent = time.process_time() - begun
        found.append(
            Row(
                f"wikipedia: wikitext a CPU second, {name}",
                round(size / spent / 1e6, 2),
                "MB/s",
                len(bodies),
                command=_COMMAND,
            )
        )
    return found


def all_rows(data: Path) -> list[Row]:
    return [*rows(Corpora(data, data)), *_speeds(articles(data / "wikipedia" / HEAD))]


if __name__ == "__main__":
    results.command(__doc__, all_rows, results.PATH)
