"""Whether the folders that a recipe is `against` can serve: told before the first step, field and remedy by name.

A run hours under way that then misses an older sketch, or compares sketches of two kinds, would be worse than none.
Each phase of the older run that is read has its files listed once and held against its manifest; no content is read.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from curate.recipe import Recipe, RecipeError
from curate.storage import exists, is_folder, join, local_path, names
from pipelines import keys, older, tables
from pipelines.context import Context
from pipelines.phases import measure, urls

FINISHED = ("manifest.json", "facts.json", "recipe.yaml")
READERS = ("urls", "near_duplicates")  # the phases that read older corpora


def check_against(recipe: Recipe, out: str) -> None:
    """ValueError where an entry of `against` is no finished run, or the one that this run writes to `out`."""
    _refuse(recipe, lambda path: _no_older_run(path, out))


def check_readable(recipe: Recipe, runs: Sequence[str]) -> None:
    """ValueError where one cannot be read by the phases that will run: those that stand need it no more."""
    if set(READERS) & set(runs):
        _refuse(recipe, lambda path: _unreadable(recipe, path))


def _refuse(recipe: Recipe, why: Callable[[str], str | None]) -> None:
    for number, path in enumerate(recipe.against):
        if wrong := why(path):
            raise ValueError(f"against[{number}]: {path} {wrong}")


def _no_older_run(path: str, out: str) -> str | None:
    if _same(path, out):
        return "is the folder that this run writes; name earlier runs only, or choose another -o"
    absent = next((name for name in FINISHED if not exists(join(path, name))), None)
    if absent:
        return f"is no finished run (there is no {absent}); name the folder of a `curate run -o` that came to its end"
    try:
        older.opened(path)
        Recipe(name="against", against=[path]).section_json("against")
    except RecipeError:
        return "was made by another version of Curate, whose recipe this one cannot read; run its recipe again"
    except (ValueError, KeyError):
        return "has a damaged manifest.json or facts.json; run its recipe again into it"
    return None


def _unreadable(recipe: Recipe, path: str) -> str | None:
    if not is_folder(join(path, "work")):
        return "has no work/ (`curate clean` dropped it), so its sketches are gone; run its recipe again into it"
    run = older.opened(path)
    return _sketched_otherwise(recipe, run) or _incomplete(run) or _of_another_version(run)


def _same(path: str, out: str) -> bool:
    one, other = local_path(path), local_path(out)
    if one is None or other is None:
        return path.rstrip("/") == out.rstrip("/")
    return os.path.realpath(one) == os.path.realpath(other)


def _sketched_otherwise(recipe: Recipe, run: Context) -> str | None:
    if recipe.near_duplicates is None:
        return None
    if run.recipe.near_duplicates is None:
        return "was made with near_duplicates off, so it has no sketches; run it again with them, or do without here"
    for name, here in _of_sketches(recipe).items():
        there = _of_sketches(run.recipe)[name]
        if here != there:
            return f"was sketched with {name} {there}, this recipe says {here}; sketches compare only where both agree"
    return None


def _of_sketches(recipe: Recipe) -> dict[str, object]:
    """What a sketch is a function of, besides the text, by the names of the recipe."""
    return {
        **{f"measure.{name}": value for name, value in recipe.measure.model_dump().items()},
        "near_duplicates.bands x rows =": measure.sketch_values(recipe),
    }


def _of_another_version(run: Context) -> str | None:
    for phase in (urls, measure):
        name = keys.name(phase)
        if (there := run.manifest(name).version) != phase.VERSION:
            return f"was made by another version of phase {name} ({there}, now {phase.VERSION}); run its recipe again"
    return None


def _incomplete(run: Context) -> str | None:
    """The first file that a phase lists and its folder has not."""
    for phase in older.READ:
        if not run.stands(phase, run.key(phase)):
            return f"has lost what its phase {phase} wrote; run its recipe again into it"
        there = set(names(run.folder(phase)))
        wanted = [output.path for output in run.manifest(phase).outputs]
        if phase == "urls":
            wanted += [f"headers-{shard:05d}.parquet" for shard in tables.shard_numbers(run)]
        lost = next((file for file in wanted if file not in there), None)
        if lost:
            return f"has lost {join(run.folder(phase), lost)}; run its recipe again into it"
    return None
