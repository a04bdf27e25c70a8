"""Annotation, first to last: sample, ask, write the labels, ask others, write the books.

Whatever ends it early (Ctrl-C, kill -9, a dead endpoint, a spent budget), the same call continues: every answer is in
the journal before it counts, every request in the account before it is sent. Labels are a function of the corpus, the
task, the sample's seed and the answers; concurrency, order and interruptions leave no trace in them.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import pyarrow as pa

from classifiers.annotate import agreement, crowd, progress, written
from classifiers.annotate.answer import schema
from classifiers.annotate.asking import Asking, Means, shown_digest
from classifiers.annotate.budget import Budget, Prices, Spent
from classifiers.annotate.client import Client
from classifiers.annotate.endpoint import Endpoint
from classifiers.annotate.journal import Journal, Said
from classifiers.annotate.pace import Pace
from classifiers.annotate.patience import Patience
from classifiers.task import Task
from curate.errors import RunStopped, UserError
from curate.storage import join, local_path

AGREEMENT = 200


@dataclass(frozen=True)
class Settings:
    """How to ask. Nothing of it is in the labels but `documents` and `seed`."""

    documents: int | None = None  # the task's own where it is None
    seed: int = 0
    concurrency: int = 8
    requests_per_minute: float | None = None
    tokens_per_minute: float | None = None
    budget_tokens: int | None = None
    budget_usd: str | None = None
    prices: Prices = field(default_factory=Prices)
    agreement: int = AGREEMENT  # documents to measure it on; 0: none
    second: Endpoint | None = None
    cache: str | None = None
    ask_again: bool = False
    by: Literal["url", "host"] = "url"  # what makes a document cited, of tasks that links label
    patience: Patience = field(default_factory=Patience)


@dataclass(frozen=True)
class Annotation:
    """What became of the sample; `record` is annotation.json."""

    folder: str
    sampled: int
    judged: int
    reasons: dict[str, int]  # of those that were not judged
    spent: Spent
    agreements: list[agreement.Agreement]
    record: dict[str, Any]


def annotate(task: Task, corpus: str, out: str, endpoint: Endpoint | None, settings: Settings) -> Annotation:
    """Labels of a sample of `corpus` in the folder `out`."""
    documents = settings.documents or task.sampling.documents
    written.refuse_another_task(task, out)
    if task.labels == "links":
        return _cited(task, corpus, out, documents, settings)
    if endpoint is None:
        raise UserError(f"task {task.name} is judged by a model: give --endpoint and --model")
    from classifiers.annotate.sample import sample

    return judged(task, sample(corpus, task, documents, settings.seed), corpus, out, endpoint, settings)


def judged(task: Task, drawn: pa.Table, corpus: str, out: str, endpoint: Endpoint, settings: Settings) -> Annotation:
    """Labels of documents that are drawn already (`sample.SAMPLE`)."""
    if settings.second is not None and settings.second.model == endpoint.model:
        raise UserError(
            f"--second-model {endpoint.model}: has the name of the first, and answers are kept by the model's name; it "
            "would agree with itself. Choose another model"
        )
    try:
        with _means(out, settings) as means, _client(task, endpoint, settings) as client:
            return _judged(_Job(task, corpus, out, drawn, settings, means), client)
    except sqlite3.DatabaseError as why:
        raise RunStopped(
            f"{out}: answers cannot be written down ({why}). Make room, or wait for who else uses --cache; "
            "the same command continues."
        ) from why


@dataclass(frozen=True)
class _Job:
    task: Task
    corpus: str
    out: str
    sample: pa.Table
    settings: Settings
    means: Means

    def texts(self) -> tuple[list[str], dict[str, str], dict[str, str]]:
        """Of each row the digest of what is shown; of each digest the first text, and its key."""
        rows = self.sample.select(["text", "key"]).to_pylist()
        shown = [shown_digest(self.task, row["text"]) for row in rows]
        backwards = list(zip(shown, rows, strict=True))[::-1]
        first = {digest: row for digest, row in backwards}
        ordered = dict.fromkeys(shown)
        return shown, {s: first[s]["text"] for s in ordered}, {s: first[s]["key"] for s in ordered}


def _judged(job: _Job, client: Client) -> Annotation:
    asking = Asking(job.task, client, job.means)
    if job.settings.ask_again:
        job.means.journal.forget_unjudged(asking.digest, client.endpoint.model)
    shown, texts, keys = job.texts()
    written.begin(job.out)
    with progress.bar(job.task.name, len(texts), job.means.budget.spent) as told:
        said = crowd.ask(asking, texts, job.settings.concurrency, told)
    rows = [said[digest] for digest in shown]
    judged, unjudged = written.tables(job.sample, rows, client.endpoint.model, asking.digest)
    written.write(judged, unjudged, len(job.sample), job.out)
    agreements = _agreements(job, client, said, texts, keys)
    return _closed(job, client, asking, judged, unjudged, agreements)


def _agreements(
    job: _Job, client: Client, said: dict[str, Said], texts: dict[str, str], keys: dict[str, str]
) -> list[agreement.Agreement]:
    """Of the judge with itself in other words, with itself once more, and with a second model."""
    settings = job.settings
    first = {shown: one.answer for shown, one in said.items() if one.answer is not None}
    chosen = agreement.subset(list(first), settings.agreement, settings.seed)
    some = {shown: texts[shown] for shown in chosen}
    found = []
    with contextlib.ExitStack() as clients:
        others = [("another phrasing", Asking(job.task, client, job.means, phrasing=1))]
        others.append(("itself, asked again", Asking(job.task, client, job.means, time=1)))
        if settings.second is not None:
            second = clients.enter_context(_client(job.task, settings.second, settings))
            others.append((f"the model {settings.second.model}", Asking(job.task, second, job.means)))
        for other, asking in others if some else []:
            with progress.bar(f"agreement: {other}", len(some), job.means.budget.spent) as told:
                found.append(agreement.measured(other, asking, first, some, keys, settings.concurrency, told))
    return found


def _closed(
    job: _Job,
    client: Client,
    asking: Asking,
    judged: pa.Table,
    unjudged: pa.Table,
    agreements: list[agreement.Agreement],
) -> Annotation:
    budget = job.means.budget
    asked = {"endpoint": client.endpoint.shown, "model": client.endpoint.model, "prompt": asking.digest}
    spent = {"tokens": budget.spent.tokens, "usd": round(budget.spent.usd, 6), "requests": budget.outcomes()}
    spent |= {"short": short} if (short := budget.short()) else {}
    content = written.books(job.task, job.corpus, job.settings.seed, asked, judged, unjudged) | {
        "agreement": [one.plain() for one in agreements],
        "spent": spent,
    }
    written.record(content, job.out)
    books = content["books"]
    return Annotation(job.out, books["sampled"], books["judged"], books["reasons"], budget.spent, agreements, content)


def _cited(task: Task, corpus: str, out: str, documents: int, settings: Settings) -> Annotation:
    """Labels that links give: nothing is asked."""
    from classifiers.annotate.cited import cited

    rows = cited(corpus, task, documents, settings.seed, settings.by)
    written.begin(out)
    none = rows.slice(0, 0).select(written.UNJUDGED_SCHEMA.names)
    written.write(rows, none, len(rows), out)
    content = written.books(task, corpus, settings.seed, {"judge": f"links, by {settings.by}"}, rows, none)
    written.record(content, out)
    return Annotation(out, len(rows), len(rows), {}, Spent(), [], content)


@contextlib.contextmanager
def _means(out: str, settings: Settings) -> Iterator[Means]:
    if local_path(out) is None:
        raise UserError(f"{out}: labels are made in a local folder, for its account of requests must be on a disk")
    if settings.cache is not None and local_path(settings.cache) is None:
        raise UserError(f"--cache {settings.cache}: must be a file on this machine")
    with contextlib.ExitStack() as open_files:
        limits = settings.budget_tokens, settings.budget_usd, settings.prices
        budget = Budget(join(out, written.SPENDING), *limits)
        open_files.callback(budget.close)
        journal = Journal(settings.cache or join(out, written.ANSWERS))
        open_files.callback(journal.close)
        pace = Pace(settings.requests_per_minute, settings.tokens_per_minute)
        yield Means(journal, budget, pace, settings.patience, threading.Event())


@contextlib.contextmanager
def _client(task: Task, endpoint: Endpoint, settings: Settings) -> Iterator[Client]:
    client = Client(endpoint, schema(task), task.name, settings.concurrency)
    try:
        yield client
    finally:
        client.close()
