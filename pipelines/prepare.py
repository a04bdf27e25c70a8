"""Before the first phase: room on the disk, leftovers of a killed run, compiled kernels."""

from __future__ import annotations

import os
import shutil
import tempfile

from curate.recipe import Recipe
from pipelines.checks import check_files
from pipelines.context import Context
from pipelines.options import Options
from pipelines.progress import Progress

ROOM = 4  # bytes of work and products for each byte of (mostly compressed) input; measured in docs/lab-notes.md
LEAST_ROOM = 64 << 20


def prepare(recipe: Recipe, out: str, options: Options) -> Context:
    """A context for `out`. ValueError where there is no room, or a file of the recipe is of no use."""
    if "://" not in out:
        out = os.path.abspath(out)
        _sweep(os.path.join(out, "work"))
    if options.scratch:
        os.makedirs(options.scratch, exist_ok=True)
        os.environ["TMPDIR"] = tempfile.tempdir = options.scratch  # of this process, and of the children it starts
    _check_room(recipe, out)
    check_files(recipe)
    if not options.dry_run:
        _warm(options.progress)
    slots = options.workers or ((os.cpu_count() or 1) if options.engine == "local" else 1)
    return Context(out, recipe, slots=slots)


def _sweep(folder: str) -> None:
    """Scratch files of tasks that were killed; the lock is ours, so nobody writes them now."""
    for where, _, names in os.walk(folder):
        for name in names:
            if name.startswith(".scratch-"):
                os.remove(os.path.join(where, name))


def _check_room(recipe: Recipe, out: str) -> None:
    from curate.sources import find

    if "://" in out:
        return
    pieces, _ = find(recipe)
    wanted = max(LEAST_ROOM, ROOM * sum(piece.bytes for piece in pieces))
    used = sum(os.path.getsize(os.path.join(w, n)) for w, _, names in os.walk(out) for n in names)
    free = shutil.disk_usage(out).free
    if free + used < wanted:
        raise ValueError(
            f"-o {out}: the run needs about {wanted / 1e9:.1f} GB and {free / 1e9:.1f} GB are free there; "
            f"choose another -o, free some space, or try --sample first"
        )


def _warm(progress: Progress) -> None:
    from curate.warm import is_cold, warm

    if is_cold():
        progress.note("compiling kernels, once on this machine (about half a minute)")
        warm()
