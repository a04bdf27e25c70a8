"""What validation of single values cannot see: names that other parts define, files, sections that must agree."""

import os
import re
from collections.abc import Iterator

from curate.errors import UserError
from curate.recipe.classifier_checks import classifier_problems, column_types, why_not
from curate.recipe.classifiers import PREFIX
from curate.recipe.errors import Place, RecipeError
from curate.recipe.keep import KeepSignal
from curate.recipe.labels import fill_labels
from curate.recipe.model import GENERAL, Recipe
from curate.recipe.names import did_you_mean
from curate.recipe.paths import missing

EXAMPLE = "{benchmarks: [{name: gsm8k, path: gsm8k.jsonl, fields: [question, answer]}]}"
COLUMNS = ("date", "chars", "language_score")  # columns of documents that a rule may compare


def problems_of(recipe: Recipe) -> list[tuple[Place, str]]:
    """Everything that is wrong with a recipe whose single values are right."""
    checks = (_missing_files, _labels, _older, _excluded, _mix, _plugin_names, classifier_problems)
    found = [problem for check in checks for problem in check(recipe)]
    unreadable = any(place[0] == "plugins" for place, _ in found)  # which signals there are, plugins say
    return found if unreadable else [*found, *_signals(recipe)]


def _missing_files(recipe: Recipe) -> Iterator[tuple[Place, str]]:
    for place, path in _files(recipe):
        if missing(path):
            yield place, f"there is no {path}{_neighbour(path)}"


def _files(recipe: Recipe) -> Iterator[tuple[Place, str]]:
    yield from ((("plugins", i), path) for i, path in enumerate(recipe.plugins))
    for i, source in enumerate(recipe.sources):
        yield from ((("sources", i, "paths", j), path) for j, path in enumerate(source.paths))
    yield from ((("exclude", i), path) for i, path in enumerate(recipe.exclude))
    yield from ((("against", i), path) for i, path in enumerate(recipe.against))
    yield from ((("urls", "blocklists", i), path) for i, path in enumerate(recipe.urls.blocklists))
    yield from ((("adult", "lists", i), path) for i, path in enumerate(recipe.adult.lists))
    for i, benchmark in enumerate(recipe.contamination.benchmarks if recipe.contamination else ()):
        yield ("contamination", "benchmarks", i, "path"), benchmark.path
    if recipe.tokenizer.file is not None:
        yield ("tokenizer", "file"), recipe.tokenizer.file


def _neighbour(path: str) -> str:
    folder, name = os.path.split(path)
    return did_you_mean(name, os.listdir(folder)) if os.path.isdir(folder) else f" (nor its folder {folder})"


def _labels(recipe: Recipe) -> Iterator[tuple[Place, str]]:
    try:
        labels = [source.label for source in fill_labels(recipe).sources]
    except RecipeError as error:
        yield ("sources",), str(error)
        return
    for i, label in enumerate(labels):
        if label in labels[:i]:
            yield ("sources", i), f"has the label {label!r} of sources[{labels.index(label)}]; give each its own label"


def _older(recipe: Recipe) -> Iterator[tuple[Place, str]]:
    places = [os.path.realpath(path) if "://" not in path else path.rstrip("/") for path in recipe.against]
    for i, place in enumerate(places):
        if place in places[:i]:
            yield ("against", i), f"is the corpus of against[{places.index(place)}] again; name it once"


def _excluded(recipe: Recipe) -> Iterator[tuple[Place, str]]:
    """Rows of a list that are not understood: they would leave in what should go."""
    from curate.exclusions import read

    for i, path in enumerate(recipe.exclude):
        try:
            if "://" in path or os.path.isfile(path):
                read(path)
        except UserError as error:
            yield ("exclude", i), str(error)


def _mix(recipe: Recipe) -> Iterator[tuple[Place, str]]:
    try:
        recipe.mix.check_categories(sorted({GENERAL, *(rule.category for rule in recipe.categories)}))
    except ValueError as error:
        yield ("mix", "shares"), str(error)


def _plugin_names(recipe: Recipe) -> Iterator[tuple[Place, str]]:
    stems: list[str] = []
    for i, path in enumerate(recipe.plugins):
        stem, suffix = os.path.splitext(os.path.basename(path))
        if suffix != ".py" or not re.fullmatch(r"[a-z][a-z0-9_]*", stem):
            yield ("plugins", i), f"{path} must be a .py file with a name of small letters, digits and _"
        elif f"{stem}." == PREFIX:
            yield ("plugins", i), f"{path}: {PREFIX}* are the scores of `classifiers:`; give the file another name"
        elif stem in stems:
            yield ("plugins", i), f"another plugin is called {stem} too; their signals would have the same names"
        stems.append(stem)


def _signals(recipe: Recipe) -> Iterator[tuple[Place, str]]:
    from curate.signals import declared

    try:
        types = {name: signal.type for name, signal in declared(recipe.plugins, contamination=True).items()}
    except Exception as error:  # a plugin is the user's code: whatever it raises is their message
        if not recipe.plugins:
            raise
        yield ("plugins",), f"cannot be read: {type(error).__name__}: {error}"
        return
    scored = column_types(recipe)
    for place, signal in _named_signals(recipe):
        if signal.startswith(PREFIX):
            if wrong := why_not(place, signal, recipe, scored):
                yield place, wrong
            continue
        orders = "keep" in place  # not a bound
        known = [*types] if orders else [*types, *COLUMNS]
        if signal.startswith("contamination.") and recipe.contamination is None:
            yield place, f"{signal!r} is measured against benchmarks; name them in a section contamination: {EXAMPLE}"
        elif signal not in known:
            yield place, f"{signal!r} is no signal{did_you_mean(signal, known)}"
        elif signal in types and not _numeric(types[signal]):
            yield (
                place,
                f"{signal!r} is {types[signal]}, not a number, so it has no {'order' if orders else 'threshold'}",
            )


def _named_signals(recipe: Recipe) -> Iterator[tuple[Place, str]]:
    for section in ("rules", "hosts", "line_rules", "select", "categories"):
        for i, line in enumerate(getattr(recipe, section)):
            i = i if (stated := getattr(line, "_stated_at", None)) is None else stated
            if line.signal is not None and section != "line_rules":  # those are facts of lines
                yield (section, i, "signal"), line.signal
            for j, unless in enumerate(getattr(line, "unless", [])):
                yield (section, i, "unless", j, "signal"), unless.signal
    for i, entry in enumerate(recipe.classifiers):
        for j, unless in enumerate(entry.unless):
            yield ("classifiers", i, "unless", j, "signal"), unless.signal
    for section in ("frequent_lines", "repeated_lines", "divergence"):
        for j, unless in enumerate(getattr(getattr(recipe, section), "unless", [])):
            yield (section, "unless", j, "signal"), unless.signal
    for i, one in enumerate(recipe.near_duplicates.keep if recipe.near_duplicates else ()):
        if isinstance(one, KeepSignal):
            yield ("near_duplicates", "keep", i), one.signal


def _numeric(type: object) -> bool:
    return str(type).startswith(("int", "uint", "float", "double", "halffloat"))
