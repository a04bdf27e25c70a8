"""Every number of a shipped recipe says where it comes from, on its line or on the line of its rule."""

import re
from importlib.resources import files

import pytest

from curate.recipe import shipped

NAMES = [name for name, _ in shipped()]
NUMBER = re.compile(r"(?<![\w.])\d[\d_.]*[MGT%]?\b")


def unsourced(text: str) -> list[str]:
    """Lines with a number outside of comments and quotes, in whose entry no `source:` is."""
    return [line for entry in entries(text) for line in entry if numbers(line) and "source:" not in "".join(entry)]


def entries(text: str) -> list[list[str]]:
    """Items of lists, which end with the next one or with their indentation; every other line is an entry by itself."""
    found: list[list[str]] = []
    inside = 0  # indentation of what belongs to the item
    for line in text.splitlines():
        indent = len(line) - len(line.lstrip())
        if line.lstrip().startswith("- "):
            found.append([line])
            inside = indent + 2
        elif inside and indent >= inside:
            found[-1].append(line)
        else:
            found.append([line])
            inside = 0
    return found


def numbers(line: str) -> list[str]:
    bare = re.sub(r'"[^"]*"', "", line).split("#")[0]
    return NUMBER.findall(bare)


@pytest.mark.parametrize("name", NAMES)
def test_every_line_with_a_number_has_a_source(name):
    text = (files("curate.recipe") / "recipes" / f"{name}.yaml").read_text("utf-8")
    assert sum(bool(numbers(line)) for line in text.splitlines()) >= 12
    assert unsourced(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("window: 64", ["window: 64"]),
        ("window: 64   # source: ours", []),
        ("window: 64   # half a page", ["window: 64   # half a page"]),
        ("a:\n  - signal: b\n    min: 3\n    source: ours\n  - {min: 4}\nc: 5", ["  - {min: 4}", "c: 5"]),
        ("# 12 pages\nname: c4\nengine: cl100k\nsource: '7'", []),
        ('- {min: 4, said: "in 5"}', ['- {min: 4, said: "in 5"}']),
    ],
)
def test_what_counts_as_a_number_without_a_source(text, found):
    assert unsourced(text) == found
