"""The shard table holds each piece's kind, group and source, so a recipe that changes one of them needs a new table."""

import json
from pathlib import Path

import pytest

from curate.recipe import Recipe
from pipelines.phases import shards


@pytest.fixture
def folder(tmp_path) -> Path:
    for name in ("a", "b"):
        (tmp_path / f"{name}.jsonl").write_text(json.dumps({"text": f"a page of {name}"}) + "\n")
    return tmp_path


def _sources(folder: Path, *names: str, **of_the_first) -> list[dict]:
    sources = [{"paths": [str(folder / f"{name}.jsonl")]} for name in names]
    return [sources[0] | of_the_first, *sources[1:]]


def _key(sources: list[dict]) -> dict:
    return shards.settings(Recipe(name="small", sources=sources))


@pytest.mark.parametrize("change", [{"group": "books"}, {"kind": "text"}])
def test_another_group_or_kind_is_another_shard_table(change, folder):
    assert _key(_sources(folder, "a", "b", **change)) != _key(_sources(folder, "a", "b"))


def test_sources_in_another_order_are_another_shard_table(folder):
    """Weight, trust and fields are looked up by the number of the source."""
    assert _key(_sources(folder, "b", "a")) != _key(_sources(folder, "a", "b"))


@pytest.mark.parametrize("change", [{"weight": 2}, {"trust": 1}])
def test_another_weight_or_trust_is_the_same_shard_table(change, folder):
    assert _key(_sources(folder, "a", "b", **change)) == _key(_sources(folder, "a", "b"))
