"""What can be known to be wrong before the first phase is told before it: where the run writes, and each file it needs.

A vocabulary, a word list or a plugin is used hours into a run; here each is tried once, which costs about a second.
"""

from __future__ import annotations

import os

from curate import extra, model_card
from curate.errors import UserError
from curate.recipe import Recipe
from curate.recipe.classifiers import Classifier
from curate.storage import is_folder, join, local_path

OF_A_CORPUS = ("manifest.json", "work")
HARMLESS = ("lost+found",)  # besides hidden files


def check_extra(recipe: Recipe) -> None:
    """UserError where what the recipe's models need is not installed; cheap, and before there is a folder."""
    for why in extra.missing(recipe.classifiers):
        raise UserError(why)


def check_output(recipe: Recipe, out: str) -> None:
    """ValueError where `out` cannot be the folder of this run."""
    for folder in (path for source in recipe.sources for path in source.paths):
        if _inside(out, folder):
            raise ValueError(
                f"-o {out}: is inside {folder}, and the next run would read this one's output; "
                "choose a folder outside of it"
            )
    path = local_path(out)
    if path is not None:
        _check_folder(out, path)


def check_files(recipe: Recipe) -> None:
    """Try what the recipe names: vocabulary, word and block lists, benchmarks, plugins. Each raises a sentence."""
    import pyarrow as pa

    from curate.dedup.urls import Blocklist
    from curate.signals import compute
    from curate.signals.adult import words
    from pipelines.tokens import tokenizer

    Blocklist(recipe.urls.blocklists)
    words("und", tuple(recipe.adult.lists))
    tokenizer(recipe)
    if recipe.contamination:
        compute(pa.table({"text": ["a few words"]}), ["contamination"], contamination=recipe.contamination)
    for entry in recipe.classifiers:
        _try_model(entry)
    if recipe.plugins:
        _try_plugins(recipe.plugins)


def _inside(out: str, folder: str) -> bool:
    here, there = local_path(out), local_path(folder)
    if here is None and there is None:
        return f"{out.rstrip('/')}/".startswith(f"{folder.rstrip('/')}/")
    if here is None or there is None or not is_folder(folder):
        return False
    root = os.path.realpath(there)
    return os.path.commonpath([root, os.path.realpath(here)]) == root


def _check_folder(out: str, path: str) -> None:
    """That `path` is a folder to write in, empty or of an earlier run."""
    try:
        os.makedirs(path, exist_ok=True)
        names = sorted(os.listdir(path))
    except OSError as error:
        raise ValueError(
            f"-o {out}: cannot be made a folder: {(error.strerror or '').lower()}; choose another"
        ) from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise ValueError(f"-o {out}: no permission to write there; choose another folder")
    others = [name for name in names if not name.startswith(".") and name not in HARMLESS]
    if others and not set(OF_A_CORPUS) & set(names):
        raise ValueError(f"-o {out}: holds other files ({others[0]}); choose a new folder, or one of an earlier run")


def _try_model(entry: Classifier) -> None:
    """Each file of a model against its card, and by what will read it."""
    from classifiers.scorer import load

    card = model_card.read(entry.model)
    for folder in [join(entry.model, step) for step in ("fast", "slow")] if card.kind == "cascade" else [entry.model]:
        load(folder, "cpu")


def _try_plugins(plugins: list[str]) -> None:
    """On an empty text and a few words, as documents come."""
    import pyarrow as pa

    from curate.signals import compute
    from schemas import DOCUMENTS

    rows = [{"row": n, "text": text, "status": "ok", "language": "en"} for n, text in enumerate(["", "a few words\n"])]
    columns = {f.name: pa.array([row.get(f.name) for row in rows], f.type) for f in DOCUMENTS.schema}
    batch = pa.RecordBatch.from_arrays(list(columns.values()), schema=DOCUMENTS.schema)
    compute(batch, [os.path.splitext(os.path.basename(path))[0] for path in plugins], plugins)
