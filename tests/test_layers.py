"""The layers: schemas < curate (all but cli) < classifiers < pipelines < curate.cli; trainer knows only schemas."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("schemas", "curate", "classifiers", "pipelines", "trainer")
MAY_IMPORT = {
    "schemas": {"schemas"},
    "curate": {"schemas", "curate"},
    "classifiers": {"schemas", "curate", "classifiers"},
    "pipelines": {"schemas", "curate", "classifiers", "pipelines"},
    "trainer": {"schemas", "trainer"},
    "curate.cli": {"schemas", "curate", "classifiers", "pipelines", "trainer", "curate.cli"},
}
FILES = [file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))]
HEAVY = ("numba", "apache_beam", "datasketch", "trafilatura", "bpe_openai", "pyarrow", "torch", "pandas")


def layer(module: str) -> str:
    """The layer that a dotted name belongs to; `python -m curate` is part of the front door."""
    if module == "curate.__main__" or module.startswith("curate.cli.") or module == "curate.cli":
        return "curate.cli"
    return module.split(".")[0]


def module_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(source: str, module: str, is_package: bool = False) -> set[str]:
    """Every module that `source` imports anywhere in it, as absolute dotted names."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                up = module.split(".")[: -node.level + is_package or None]
                base = ".".join([*up, *filter(None, [node.module])])
            found |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    return found


def violations(source: str, module: str, is_package: bool = False) -> set[str]:
    imported, allowed = imports(source, module, is_package), MAY_IMPORT[layer(module)]
    wrong = {m for m in imported if layer(m) in MAY_IMPORT and layer(m) not in allowed}
    if module.split(".")[0] in ("schemas", "curate"):
        wrong |= {m for m in imported if m.split(".")[0] == "apache_beam"}
    return wrong


@pytest.mark.parametrize("file", FILES, ids=module_of)
def test_a_module_imports_only_from_its_own_layer_and_those_below(file):
    assert violations(file.read_text(), module_of(file), file.name == "__init__.py") == set()


@pytest.mark.parametrize(
    ("source", "module"),
    [
        ("import pipelines.run", "curate.rules"),
        ("def f():\n    from curate.cli import main", "pipelines.run"),
        ("from curate import cli", "curate.corpus"),
        ("from . import cli", "curate.corpus"),
        ("import curate", "trainer.train"),
        ("import apache_beam as beam", "curate.dedup.bands"),
        ("from curate import rules", "schemas.text"),
    ],
)
def test_an_import_that_climbs_is_seen(source, module):
    assert violations(source, module)


def loaded_after(statement: str) -> list[str]:
    """The heavy modules that a fresh interpreter holds after `statement`."""
    code = f"import sys; {statement}; print(*[m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_the_front_door_opens_without_heavy_modules():
    assert loaded_after("import curate, curate.recipe, curate.cli.main") == []


def test_signals_are_declared_and_recipes_checked_without_compilers_or_engines():
    assert set(loaded_after("import curate.signals; curate.signals.declared()")) <= {"pyarrow"}
