"""The files of a repository follow each other in the packed sequences, in order, as often as the mix repeats them."""

from itertools import groupby
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

import curate
from curate.recipe import Recipe
from pipelines import together
from pipelines.run import Options
from pipelines.run import curate as run
from schemas import rows_of, shards_of, uid
from tests.pipelines.inputs import prose
from tests.sources.archives import MIT, tar, written

LENGTHS = (64, 8192, 131072)


def make(folder: Path, seed: int = 0) -> None:
    import random

    draw = random.Random(seed)
    for number in range(7):
        names = ["LICENSE", "README.md", *(f"src/{letter}.py" for letter in "fedcba"), "docs/x.md"]
        members = {f"r{number}/{name}": prose(draw, 30 + 10 * number) + "\n" for name in names}
        written(folder, f"r{number}.tar.gz", tar({**members, f"r{number}/LICENSE": MIT}, ".gz"))
    for number in range(12):
        (folder / f"alone{number}.py").write_text(prose(draw, 40) + "\n")


def recipe(folder: Path, **mix) -> Recipe:
    return Recipe(
        name="together",
        sources=[{"paths": [str(folder)]}],
        shards={"target": 4000},
        categories=[{"category": "code", "groups": ["code"]}],
        mix={"shares": {"code": 1}, "max_epochs": 3, "seed": 5, **mix},
        pack={"lengths": list(LENGTHS)},
    )


@pytest.fixture(scope="module")
def packed(tmp_path_factory) -> SimpleNamespace:
    folder = tmp_path_factory.mktemp("together")
    (folder / "in").mkdir()
    make(folder / "in")
    made = recipe(folder / "in", keep_together=["code"], tokens=16_000)
    run(made, str(folder / "corpus"), Options(workers=2))
    return SimpleNamespace(folder=folder, recipe=made, corpus=curate.open(folder / "corpus"))


def documents(corpus, length: int) -> list[list[tuple[str, str | None, int]]]:
    """(path, member, tokens) of every document of each shard, as its sequences have them one after the other."""
    about = {row["id"]: row for row in corpus.text().to_table(columns=["id", "path", "member"]).to_pylist()}
    parts = []
    for fragment in corpus.tokens(length).get_fragments():
        found: list[list] = []
        for row in fragment.to_table().to_pylist():
            ends = [*row["starts"][1:], row["length"]]
            for id, offset, start, end in zip(row["ids"], row["offsets"], row["starts"], ends, strict=True):
                if offset == 0:
                    found.append([about[id]["path"], about[id]["member"], 0])
                found[-1][2] += end - start
        parts.append([tuple(one) for one in found])
    return parts


@pytest.mark.parametrize("length", LENGTHS)
def test_a_repository_is_read_from_its_readme_to_its_last_file_whatever_the_length(packed, length: int):
    copies: dict[str, int] = {}
    for part in documents(packed.corpus, length):
        for path, files in groupby(part, key=lambda one: one[0]):
            members = [member for _, member, _ in files]
            if path.endswith(".py"):
                assert set(members) == {None}
                continue
            name = path.removesuffix(".tar.gz")
            order = ["README.md", "LICENSE", "docs/x.md", *(f"src/{letter}.py" for letter in "abcdef")]
            times = len(members) // len(order)
            assert members == [f"{name}/{member}" for member in order] * times
            copies[path] = copies.get(path, 0) + times
    assert len(copies) == 7 and set(copies.values()) == {2, 3}  # some repositories once more than others, none in part


def test_every_length_holds_the_same_documents_in_the_same_order(packed):
    first, *others = (documents(packed.corpus, length) for length in LENGTHS)
    assert all(other == first for other in others)
    assert sum(tokens for part in first for *_, tokens in part) > 14_000


def test_the_order_of_what_stays_together_depends_on_no_worker(packed, digests, tmp_path):
    run(packed.recipe, str(tmp_path / "one"), Options(workers=1))
    assert digests(tmp_path / "one") == digests(packed.folder / "corpus")


def test_where_the_recipe_does_not_ask_nothing_stays_together():
    files = {"group": ["code"] * 2, "path": ["a"] * 2, "member": ["x", "y"]}
    table = pa.table({"uid": pa.array([7, 8], pa.uint64()), **files})
    off, on = (Recipe(name="t", mix={"keep_together": groups}) for groups in ([], ["code"]))
    assert together.keys(off, table).tolist() == [7, 8]
    assert together.keys(on, table).tolist() == [uid("a", -1)] * 2
    assert together.keys(Recipe(name="t", mix={"keep_together": ["books"]}), table).tolist() == [7, 8]


def test_the_order_within_a_repository_is_that_of_its_rows(packed):
    table = packed.corpus.text().to_table(columns=["id", "path", "member"])
    ids = table["id"].to_numpy()
    assert (np.diff(rows_of(ids)) > 0)[np.diff(shards_of(ids)) == 0].all()
