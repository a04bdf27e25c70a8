"""Main text of HTML beside trafilatura, resiliparse and readability-lxml: articles, segments, formulas, code, speed.

Every engine gets the same decoded pages in the same run; ours answers out of fold, each page by trees that saw no page
of its host. `OURS` names what is measured of ours, with its bars; an engine is `pages by key -> (key -> text)`
(`benchmarks.extraction_engines`). Intervals are by host. Speed is trafilatura's CPU time over the engine's, on the same
pages of the crawl in the same run; since no two runs agree on it, its rows go to results.json:

    python -m benchmarks.evaluate_extraction [--data .data] [--out FILE]

writes those, and prints all.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks import extraction_ours, extraction_pages, extraction_scores, extraction_truth, results
from benchmarks.corpora import Corpora
from benchmarks.extraction_engines import PEERS, Engine, Texts, run
from benchmarks.extraction_formulas import Rendered, rendered
from benchmarks.extraction_pages import Page
from benchmarks.extraction_scores import Figure
from benchmarks.rows import Row, table

COMMAND = "python -m benchmarks.evaluate_extraction"
Bars = Mapping[str, str]  # "articles" -> ">= 0.943"
ALONE: Bars = {
    "articles": ">= 0.943", "segments": ">= 0.923", "speed": ">= 20", "formulas": ">= 0.98", "code": ">= 0.98",
    "rendered": ">= 0.95", "empty": "= 0",
}  # fmt: skip
WITH_FALLBACK: Bars = ALONE | {"articles": ">= 0.947", "segments": ">= 0.928", "speed": ">= 3.5"}
OURS: dict[str, tuple[Engine, Bars]] = {
    "curate alone": (extraction_ours.alone, ALONE),
    "curate": (extraction_ours.with_fallback, WITH_FALLBACK),
}


@dataclass(frozen=True)
class Truth:
    """All pages with a truth, and what must be found on them."""

    data: Path

    @cached_property
    def crawled(self) -> dict[str, Page]:
        return extraction_pages.pages(self.data)

    @cached_property
    def rendered(self) -> Rendered:
        return rendered(self.data, self.crawled)

    @cached_property
    def pages(self) -> dict[str, Page]:
        """Pages by key: those of the crawl that have a truth, then the made ones."""
        return {key: self.crawled[key] for key in self.keys} | self.rendered.pages

    @cached_property
    def keys(self) -> list[str]:
        """Of the crawl, in its order."""
        wanted = {*self.articles, *self.segments, *self.readability, *self.formulas, *self.code}
        return [key for key in self.crawled if key in wanted]

    @cached_property
    def articles(self) -> dict[str, str]:
        return extraction_truth.articles(self.data)

    @cached_property
    def segments(self) -> dict[str, extraction_truth.Segments]:
        return extraction_truth.segments(self.data)

    @cached_property
    def readability(self) -> dict[str, str]:
        return extraction_truth.readability(self.data)

    @cached_property
    def formulas(self) -> dict[str, tuple[str, ...]]:
        return extraction_truth.formulas(self.data)

    @cached_property
    def code(self) -> dict[str, tuple[str, ...]]:
        return extraction_truth.code_lines(self.crawled.values())


def rows(corpora: Corpora) -> list[Row]:
    truth = Truth(corpora.data)
    texts = _texts(truth)
    return [row for name in texts for row in rows_of(name, texts, truth, _bars(name))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(".data"))
    parser.add_argument("--out", type=Path, default=results.PATH)
    options = parser.parse_args()
    truth = Truth(options.data)
    texts = _texts(truth)
    speeds = [speed(name, texts, truth, _bars(name)) for name in texts]
    results.merge(speeds, options.out)
    print(table([row for name in texts for row in rows_of(name, texts, truth, _bars(name))] + speeds))


def speed(name: str, texts: Mapping[str, Texts], truth: Truth, bars: Bars) -> Row:
    theirs, ours = (sum(texts[engine].seconds[key] for key in truth.keys) for engine in ("trafilatura", name))
    n, said = len(truth.keys), f"{1000 * ours / len(truth.keys):.2f} ms a page"
    return Row(
        f"extraction: speed over trafilatura's, {name}", round(theirs / ours, 2), "ratio", n, reference=said,
        bar=bars.get("speed"), command=COMMAND,
    )  # fmt: skip


def rows_of(name: str, texts: Mapping[str, Texts], truth: Truth, bars: Bars) -> list[Row]:
    """The rows of one engine; `texts` of trafilatura are what emptiness is measured by."""
    hosts = {key: page.host for key, page in truth.pages.items()}
    scores, found = extraction_scores, texts[name].by_key
    figures: dict[str, tuple[str, Callable[[], Figure]]] = {
        "articles": ("article F1, fundus", lambda: scores.article_f1(truth.articles, found, hosts)),
        "segments": ("segments F1", lambda: scores.segments_f1(truth.segments, found, hosts)),
        "readability": ("article F1, readability's pages", lambda: scores.article_f1(truth.readability, found, hosts)),
        "formulas": ("formulas of documentation", lambda: scores.formulas_kept(truth.formulas, found, hosts)),
        "code": ("lines of code, exact", lambda: scores.lines_kept(truth.code, found, hosts)),
    }
    made = [_row(name, label, figure(), bars.get(kind)) for kind, (label, figure) in figures.items()]
    for shape, keys in truth.rendered.shapes.items():
        kept = {key: truth.rendered.recovered(key, found[key]) for key in keys}
        made.append(_row(name, f"formulas of arXiv, {shape}", scores.share(kept, hosts), bars.get("rendered")))
    return [*made, *_beside_trafilatura(name, texts, truth, bars)]


def _row(name: str, label: str, figure: Figure, bar: str | None) -> Row:
    parts = ", ".join(f"{part} {value:g}" for part, value in figure.parts.items())
    return Row(
        f"extraction: {label}, {name}", figure.value, "share", figure.n, figure.interval, reference=parts, bar=bar
    )


def _beside_trafilatura(name: str, texts: Mapping[str, Texts], truth: Truth, bars: Bars) -> list[Row]:
    ours, theirs = texts[name], texts["trafilatura"]
    lost = sum(not ours.by_key[key].strip() and bool(theirs.by_key[key].strip()) for key in truth.keys)
    bar = bars.get("empty")
    return [
        Row(f"extraction: empty where trafilatura finds text, {name}", lost, "pages", len(truth.keys), bar=bar),
        Row(f"extraction: exceptions, {name}", len(ours.failed), "pages", len(truth.pages), bar=bar),
    ]


def _texts(truth: Truth) -> dict[str, Texts]:
    engines = PEERS | {name: engine for name, (engine, _) in OURS.items()}
    return {name: run(engine(truth.pages), truth.pages) for name, engine in engines.items()}


def _bars(name: str) -> Bars:
    return OURS[name][1] if name in OURS else {}


if __name__ == "__main__":
    main()
