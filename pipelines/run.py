"""A run: the phases in order. This is the table of contents; each phase is the module of its name."""

from __future__ import annotations

import time
from types import ModuleType

from curate.recipe import Recipe
from pipelines import workers
from pipelines.checks import check_extra, check_output
from pipelines.context import Context
from pipelines.exclude.kept_out import check_excluded
from pipelines.finish import finish, stamp
from pipelines.lock import lock
from pipelines.older_checks import check_against, check_readable
from pipelines.options import Options, Result
from pipelines.phases import (
    clean,
    extract,
    filter,
    frequent_lines,
    measure,
    mix,
    near_duplicates,
    pack,
    report,
    score,
    select,
    shards,
    urls,
)
from pipelines.plan import Step, plan, remember
from pipelines.prepare import prepare
from pipelines.progress import Progress
from pipelines.runners import Engine
from pipelines.watch import watch

__all__ = ["PHASES", "Options", "Result", "curate"]

PHASES: tuple[ModuleType, ...] = (
    shards,  # which bytes of which file are which shard
    urls,  # which records are worth extracting, by their headers
    extract,  # their text
    measure,  # signals, sketches, line hashes
    filter,  # rules on signals; hosts
    near_duplicates,  # of similar documents, the one the policy prefers
    frequent_lines,  # lines found in too many documents
    clean,  # the text without them; second signals; tokens
    score,  # classifiers; divergence from the corpus; category
    select,  # rules and cuts on those
    mix,  # which documents, how often
    pack,  # text and packed tokens
    report,  # the books, and the corpus laid out
)


def curate(recipe: Recipe, out: str, options: Options | None = None) -> Result:
    """Compute the corpus of `recipe` in folder `out`, doing only what does not stand there yet."""
    options = options or Options()
    engine = Engine(options.engine, options.job_endpoint, tuple(options.beam_args), options.accelerator)
    check_extra(recipe)
    check_output(recipe, out)
    check_against(recipe, out)
    with lock(out, options.force_unlock):
        context = prepare(recipe, out, options)
        steps = plan(context, PHASES, recipe)
        check_readable(recipe, [step.name for step in steps if not step.stands])
        check_excluded(recipe, out, [step.name for step in steps if not step.stands])
        if options.dry_run:
            return Result(out, "\n".join(f"{'stands' if s.stands else 'runs':7} {s.name:16} {s.why}" for s in steps))
        remember(context, steps)
        try:
            for step in steps:
                context = _run(step, context, engine, options.progress)
        finally:
            workers.close_all()
        return finish(context, steps)


def _run(step: Step, context: Context, engine: Engine, progress: Progress) -> Context:
    context = context.with_phase(step.name, step.key)
    if step.stands:
        progress.skipped(step.name, step.why)
        return context
    pool, started = workers.shared(context.slots), time.monotonic()
    pool.forget_spent()
    with watch(progress, context, step.why):
        step.phase.run(context, engine)
    stamp(context, step, time.monotonic() - started, pool.spent())
    return context
