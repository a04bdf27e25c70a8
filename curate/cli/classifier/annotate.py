"""`curate classifier annotate`: a sample of a corpus, judged by a language model or by Wikipedia's links."""

from __future__ import annotations

import os
import signal
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from classifiers.annotate.annotate import Annotation

REASONS = 10  # that are printed, the most frequent: each quotes what a judge said


class By(StrEnum):
    url = "url"
    host = "host"


EPILOG = """
\b
Examples
  curate classifier annotate cited corpus -o labels/cited
  curate classifier annotate reasoning corpus -o labels/reasoning --endpoint http://localhost:8000/v1 --model llama
  curate classifier annotate adult corpus -o labels/adult --endpoint https://api.example.com/v1 --model m
    --budget-usd 20 --price-in 0.15 --price-out 0.60 --cache labels/answers.sqlite

The key is read from the environment (OPENAI_API_KEY, or the variable that --key-env names) and written nowhere. The
same command again continues what was stopped, also after kill -9: answers are kept by content and never asked for
twice, and what was in flight counts against the budget as if it had been answered. Where what is left of the budget is
less than the next request may cost (a token for each of its bytes, and --max-tokens), the rest of the sample is in
unjudged.parquet with that reason; a larger budget goes on from there. Budgets are of the folder: they count what all
runs into it have spent. Without a terminal, progress is a line on stderr after each tenth and each minute.

The task is the name of one of Curate's, or a YAML file. Its answers are compared with those to another phrasing of it,
to the same question once more, and of --second-model (at the same prices); a kappa below the task's target says: better
words or a better judge first; on fewer than 30 documents it says nothing.

Exit codes: 0 done, 2 wrong usage, 3 could not finish and can continue, 130 interrupted.
"""


def annotate(
    task: Annotated[str, typer.Argument(help="A task of Curate (cited, quality, ...) or your own YAML file.")],
    corpus: Annotated[str, typer.Argument(help="Folder of a finished run.")],
    output: Annotated[str, typer.Option("--output", "-o", help="Folder of the labels, local.")],
    endpoint: Annotated[
        str | None, typer.Option(help="OpenAI-compatible address, up to /v1. None for tasks that links label.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="Whom to ask there.")] = None,
    key_env: Annotated[str | None, typer.Option(help="Variable with the key, instead of OPENAI_API_KEY.")] = None,
    documents: Annotated[
        int | None, typer.Option(min=1, max=10**9, help="Size of the sample; the task's when absent.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Another seed, another sample.")] = 0,
    concurrency: Annotated[int, typer.Option(min=1, max=1000, help="Requests at a time.")] = 8,
    requests_per_minute: Annotated[float | None, typer.Option(min=0.1, help="No limit when absent.")] = None,
    tokens_per_minute: Annotated[float | None, typer.Option(min=1, help="No limit when absent.")] = None,
    budget_tokens: Annotated[int | None, typer.Option(min=0, help="Tokens to spend, prompts and answers.")] = None,
    budget_usd: Annotated[str | None, typer.Option(help="Dollars to spend; needs the prices.")] = None,
    price_in: Annotated[str, typer.Option(help="Dollars a million tokens of prompts.")] = "0",
    price_out: Annotated[str, typer.Option(help="Dollars a million tokens of answers.")] = "0",
    max_tokens: Annotated[int, typer.Option(min=1, help="Longest answer; more for models that think aloud.")] = 400,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds that a whole answer may take.")] = 120.0,
    failures_in_a_row: Annotated[int, typer.Option(min=1, help="Failed requests before the run stops.")] = 20,
    agreement: Annotated[
        int, typer.Option(min=0, help="Documents that others are asked about too, two or three requests each; 0: none.")
    ] = 200,
    second_model: Annotated[str | None, typer.Option(help="A second judge to agree with.")] = None,
    second_endpoint: Annotated[str | None, typer.Option(help="Where it is, if not at --endpoint.")] = None,
    second_key_env: Annotated[str | None, typer.Option(help="Variable with its key, if not the same.")] = None,
    cache: Annotated[
        str | None, typer.Option(help="File of answers, shared by runs and corpora; in the folder when absent.")
    ] = None,
    ask_again: Annotated[
        bool, typer.Option("--ask-again", help="Also what got no valid answer in an earlier run.")
    ] = False,
    by: Annotated[By, typer.Option(help="Of tasks that links label: what has to be linked.")] = By.url,
) -> None:
    """Judge a sample of a corpus: labels to train a classifier on."""
    from classifiers.annotate.annotate import Settings
    from classifiers.annotate.annotate import annotate as label
    from classifiers.annotate.budget import Prices
    from classifiers.annotate.endpoint import Endpoint
    from classifiers.annotate.patience import Patience
    from classifiers.task import load
    from curate.errors import UserError

    first, second = None, None
    if endpoint is not None or model is not None:
        if endpoint is None or model is None:
            raise UserError("--endpoint and --model go together: where to ask, and whom.")
        first = Endpoint(endpoint, model, key(key_env), timeout, max_tokens)
    if second_model is not None:
        where = second_endpoint or endpoint or ""
        second = Endpoint(where, second_model, key(second_key_env or key_env), timeout, max_tokens)
    elif second_endpoint is not None:
        raise UserError("--second-endpoint: say whom to ask there, with --second-model.")
    settings = Settings(
        documents=documents,
        seed=seed,
        concurrency=concurrency,
        requests_per_minute=requests_per_minute,
        tokens_per_minute=tokens_per_minute,
        budget_tokens=budget_tokens,
        budget_usd=budget_usd,
        prices=Prices.of(price_in, price_out),
        agreement=agreement,
        second=second,
        cache=cache,
        ask_again=ask_again,
        by=by.value,
        patience=Patience(failures_in_a_row=failures_in_a_row),
    )
    try:
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # a scheduler's request is Ctrl-C by other means
        done = label(load(task), corpus.rstrip("/") or corpus, output.rstrip("/") or output, first, settings)
    except KeyboardInterrupt:
        typer.echo("\ncurate: interrupted. Answers so far are kept; the same command continues.", err=True)
        raise typer.Exit(130) from None
    tell(done)


def key(variable: str | None) -> str | None:
    """The key in the environment; none where the endpoint needs none."""
    from curate.errors import UserError

    found = os.environ.get(variable or "OPENAI_API_KEY", "").strip()
    if variable and not found:
        raise UserError(f"--key-env {variable}: the environment has no such variable, or it is empty")
    if not found.isascii() or any(not character.isprintable() for character in found):
        raise UserError(f"{variable or 'OPENAI_API_KEY'}: is no key; it has characters that no header can carry")
    return found or None


def tell(done: Annotation) -> None:
    """What became of the sample, and how far to trust it."""
    from classifiers.annotate.progress import told
    from curate.counted import counted

    typer.echo(f"{done.folder}: {counted(done.judged, 'document')} judged of {done.sampled:,} sampled")
    for answer, count in done.record["answers"].items():
        typer.echo(f"  {answer:<20} {count:>8,}")
    for reason, count in list(done.reasons.items())[:REASONS]:
        typer.echo(f"  unjudged {count:,}: {reason}")
    if rest := list(done.reasons.values())[REASONS:]:
        typer.echo(f"  unjudged {sum(rest):,} for {len(rest):,} other reasons: unjudged.parquet has each document's")
    if done.spent.tokens:
        typer.echo(f"spent {told(done.spent)}")
    if short := done.record.get("spent", {}).get("short"):
        typer.echo(f"the budget: {short}; a larger one goes on from there")
    for one in done.agreements:
        typer.echo(one.sentence())
