"""Stack Exchange dumps: every question a record, answers by score, and what is kept of code, formulas and paragraphs.

Truth: `stackexchange_truth`. Baselines see the same threads as one page each. lxml's text_content keeps all text
there is and nothing of its structure: paragraphs run into each other in it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from benchmarks import extraction_engines, extraction_scores, stackexchange_truth
from benchmarks.corpora import Corpora
from benchmarks.rows import Row, share
from benchmarks.stackexchange_truth import Thread
from curate.extract.html import fragment_text
from curate.sources import Piece, Record, stackexchange
from curate.sources.record import Options

BARS = {"lines of code kept": ">= 0.98", "formulas kept": ">= 0.99", "paragraphs kept": ">= 0.99"}


def rows(corpora: Corpora) -> list[Row]:
    return measured(sorted((corpora.data / "stackexchange").glob("*.7z")), ENGINES)


def measured(archives: list[Path], engines: dict[str, Callable[[str], str]]) -> list[Row]:
    truth: dict[str, Thread] = {}
    records: dict[str, Record] = {}
    for archive in archives:
        truth |= {f"{archive.stem}/{number}": thread for number, thread in stackexchange_truth.threads(archive).items()}
        piece = Piece("stackexchange", 0, "forum", str(archive), archive.name, 0, -1, archive.stat().st_size)
        records |= {f"{archive.stem}/{r.offset}": r for r in stackexchange.read(piece, Options({})) if r.status == "ok"}
    ordered = sum(key in records and _in_order(str(records[key].body), thread) for key, thread in truth.items())
    found = [
        share("stackexchange: questions that are a record", len(set(truth) & set(records)), len(truth), bar=">= 1"),
        Row(
            "stackexchange: records that are no question", len(set(records) - set(truth)), "records", len(records),
            bar="= 0",
        ),
        share("stackexchange: threads with all answers, best first", ordered, len(truth), bar=">= 1"),
    ]  # fmt: skip
    bodies = {key: str(records[key].body) if key in records else "" for key in truth}
    for name, engine in engines.items():
        texts = {key: engine(body) for key, body in bodies.items()}
        found += [_kept(name, what, texts, truth) for what in BARS]
    return found


def _in_order(body: str, thread: Thread) -> bool:
    """Whether question and answers stand in the body one behind the other, whole but for the editor's own `alt`."""
    at = 0
    for post in (thread.question, *thread.answers):
        post = post.replace(' alt="enter image description here"', "").replace(' alt="alt text"', "")
        at = body.find(post, at)
        if at < 0:
            return False
        at += len(post)
    return body.count("<p>A:</p>") >= len(thread.answers)


def _kept(name: str, what: str, texts: dict[str, str], truth: dict[str, Thread]) -> Row:
    sites = {key: key.partition("/")[0] for key in truth}
    if what == "lines of code kept":
        figure = extraction_scores.lines_kept({key: thread.lines for key, thread in truth.items()}, texts, sites)
    elif what == "formulas kept":
        figure = extraction_scores.formulas_kept({key: thread.formulas for key, thread in truth.items()}, texts, sites)
    else:
        kept = {key: _paragraphs(thread, texts[key]) for key, thread in truth.items()}
        figure = extraction_scores.share(kept, sites)
    ours = name == "curate"
    label = f"stackexchange: {what}" if ours else f"stackexchange: {what}, {name}"
    return Row(label, figure.value, "share", figure.n, figure.interval, bar=BARS[what] if ours else None)


def _paragraphs(thread: Thread, text: str) -> list[bool]:
    """Whether each is a line of the text, or the text of a list's line."""
    lines = {" ".join(line.split()) for line in text.split("\n")}
    lines |= {line.partition(" ")[2] for line in lines}
    return [paragraph in lines for paragraph in thread.paragraphs]


def _text_content(markup: str) -> str:
    import lxml.html

    return str(lxml.html.fromstring(f"<div>{markup}</div>").text_content())


def _page(engine: Callable[[str], str]) -> Callable[[str], str]:
    return lambda markup: engine(f"<html><body><article>{markup}</article></body></html>") or ""


ENGINES: dict[str, Callable[[str], str]] = {
    "curate": fragment_text,
    "lxml text_content": _text_content,
    "trafilatura": _page(extraction_engines.trafilatura),
    "resiliparse": _page(extraction_engines.resiliparse),
}
