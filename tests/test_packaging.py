"""What is imported is declared: an install without the development tools has all that the packages use."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOOKED_INTO = re.compile(r'\b(?:files|find_spec)\("(\w[\w.]*)"\)')
OURS = {"curate", "pipelines", "schemas", "classifiers", "trainer"}


def name_of(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\s\[<>=;!~]", requirement)[0]).lower()


def declared(*extras: str) -> set[str]:
    lists = [PROJECT["dependencies"], *(PROJECT["optional-dependencies"][extra] for extra in extras)]
    return {name_of(requirement) for requirements in lists for requirement in requirements}


def imported(*rooms: str) -> set[str]:
    """Top-level names of other people's modules that `rooms` import, or look into for their files."""
    found = set()
    for file in (file for room in rooms for file in sorted((ROOT / room).rglob("*.py"))):
        found |= {name.split(".")[0] for name in LOOKED_INTO.findall(file.read_text())}
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    return found - OURS - set(sys.stdlib_module_names)


def undeclared(modules: set[str], distributions: set[str]) -> set[str]:
    providers = packages_distributions()
    return {m for m in modules if not distributions & {name_of(d) for d in providers.get(m, [m])}}


def test_every_import_of_the_core_is_a_declared_dependency():
    assert undeclared(imported("curate", "pipelines", "schemas"), declared()) == set()


def test_every_import_of_the_classifiers_is_a_declared_dependency_of_their_extra():
    assert undeclared(imported("classifiers"), declared("classifiers")) == set()


def test_every_import_of_the_trainer_is_a_declared_dependency_of_its_extra():
    assert undeclared(imported("trainer"), declared("train")) == set()


def test_every_import_of_the_tests_is_a_declared_dependency_or_tool():
    assert undeclared(imported("tests") - {"tests", "benchmarks"}, declared("dev", "classifiers", "train")) == set()


def test_every_declared_version_is_among_the_known_ones():
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    known = {name_of(line) for line in lines if "==" in line}
    assert declared("dev", "s3", "gcs", "classifiers", "train") - known == set()
