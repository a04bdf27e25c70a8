"""A recipe file in a folder of its own, and signals that need no kernel."""

import sys
import types
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pytest

FAMILIES = {
    "gopher": "words mean_word_length hash_word_ratio ellipsis_word_ratio bullet_line_ratio ellipsis_line_ratio"
    " alpha_word_ratio stop_words",
    "repetition": "dup_line_fraction dup_line_char_fraction dup_paragraph_fraction dup_paragraph_char_fraction"
    " top_2gram_char_fraction top_3gram_char_fraction top_4gram_char_fraction"
    + "".join(f" dup_{n}gram_char_fraction" for n in range(5, 11)),
    "adult": "dirty_words dirty_word_ratio",
    "pii": "emails ips phones cards density",
    "code": "score max_line_chars mean_line_chars alnum_ratio",
    "file": "vendored generated minified lockfile test data_ratio longest_data",
    "contamination": "hits share items best",
    "math": "score",
}


@dataclass
class Declared:
    type: pa.DataType


def declared(plugins=(), contamination=False):
    signals = {
        f"{family}.{name}": Declared(pa.float32()) for family, names in FAMILIES.items() for name in names.split()
    }
    for path in plugins:
        if "raise" in Path(path).read_text():
            raise RuntimeError("no such module: lxml2")
    return {**signals, "mine.label": Declared(pa.string())}


@pytest.fixture(autouse=True)
def signals(monkeypatch):
    stub = types.ModuleType("curate.signals")
    stub.declared = declared
    monkeypatch.setitem(sys.modules, "curate.signals", stub)


@pytest.fixture
def write(tmp_path):
    """Writes `text` as a recipe and gives its path; names in `files` are made beside it."""

    def write(text, *files, name="recipe.yaml"):
        for file in files:
            (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / file).write_text("x")
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


@pytest.fixture
def refused(write):
    """The error lines that `text` gives, without the folder."""
    from curate.recipe import RecipeError, load

    def refused(text, *files):
        path = write(text, *files)
        with pytest.raises(RecipeError) as error:
            load(path)
        return [line.replace(path, "recipe.yaml") for line in error.value.problems]

    return refused
