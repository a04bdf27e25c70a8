"""Damaged input of every kind: no crash, no hang, every record a row with a status, with bodies and without.

`fuzz_child` does it in processes of its own. Some hundred inputs always, 20,000 by `make nightly`, where the
development data gives seeds too. An input that failed is made again by its number.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from curate.recipe import of_inputs
from curate.sources.kinds import KINDS
from pipelines.run import Options, curate
from tests.conftest import DATA, ROOT
from tests.faults import fuzz_child, fuzz_mutations, fuzz_seeds

FEW, ALL, A_CHILD = 320, 20_000, 1_000
FILES = 48
FETCHED = {"commoncrawl"}  # no file of this kind: segments are WARC, tests/sources/test_crawl_index.py has the index


def fuzzed(first: int, end: int, data: str, folder: Path) -> list[str]:
    """What went wrong with the inputs of these numbers, the deadly ones too."""
    wrong: list[str] = []
    progress = folder / f"progress-{first}"
    while first < end:
        command = [sys.executable, "-X", "faulthandler", "-m", "tests.faults.fuzz_child", str(first), str(end), data]
        child = subprocess.run([*command, str(progress)], cwd=ROOT, capture_output=True, text=True)
        wrong += child.stdout.splitlines()
        at = progress.read_text().strip() if progress.exists() else ""
        if at == "done":
            break
        if not at:
            return [*wrong, f"the child did not start: {child.stderr[-2000:]}"]
        wrong.append(f"{at}\tended the process with {child.returncode}: {child.stderr[-2000:]}")
        first = int(at) + 1
        progress.unlink()
    return wrong


def test_some_hundred_damaged_inputs_are_read_to_their_end(tmp_path: Path) -> None:
    assert fuzzed(0, FEW, "-", tmp_path) == []


@pytest.mark.nightly
@pytest.mark.parametrize("first", range(0, ALL, A_CHILD))
def test_twenty_thousand_damaged_inputs_are_read_to_their_end(first: int, tmp_path: Path) -> None:
    data = str(DATA) if DATA.exists() else "-"
    assert fuzzed(first, first + A_CHILD, data, tmp_path) == []


def test_a_run_over_damaged_files_of_every_kind_balances_its_books(tmp_path: Path) -> None:
    seeds = fuzz_seeds.made()
    folder = tmp_path / "in"
    for number in range(FILES):
        content = fuzz_child.content_of(seeds, number + 1000 * len(seeds))
        at = folder / f"{number:02}" / seeds[number % len(seeds)].name
        at.parent.mkdir(parents=True)
        at.write_bytes(content)
    result = curate(of_inputs([str(folder)]), str(tmp_path / "out"), Options(workers=1))
    audit = json.loads((tmp_path / "out/report/audit.json").read_text())
    assert audit["notes"] == [] and result.receipt
    ledger, text = result_rows(tmp_path / "out")
    assert max(row["documents_in"] for row in audit["funnel"]) == ledger + text


def result_rows(folder: Path) -> tuple[int, int]:
    """(documents that the ledger removes, documents that are left)."""
    import pyarrow.compute as pc

    import curate as package

    corpus = package.open(str(folder))
    rows = corpus.ledger().to_table(["id", "action"])
    gone = rows.filter(pc.is_in(rows["action"], pc.cast(["remove", "quarantine"], "string")))["id"].drop_null()
    assert len(gone) == len(gone.unique())
    return len(gone), corpus.text().count_rows()


def test_there_are_seeds_of_every_kind_and_each_is_read_as_it_is() -> None:
    seeds = fuzz_seeds.made()
    assert {seed.kind for seed in seeds} == set(KINDS) - FETCHED
    assert all(0 < len(seed.packed(seed.plain)) < 100_000 for seed in seeds)


def test_undamaged_seeds_have_records_with_text(tmp_path: Path) -> None:
    from curate.extract import extract
    from curate.recipe.sections import Extract
    from curate.sources import Piece, read

    for seed in fuzz_seeds.made():
        path = tmp_path / seed.name
        path.write_bytes(seed.packed(seed.plain))
        found = [
            extract(record, Extract()).status
            for _, record in read(Piece(seed.kind, 0, "g", str(path), seed.name, 0, -1, 1))
        ]
        assert "ok" in found, (seed.name, found)


def test_an_input_is_made_again_by_its_number() -> None:
    numbers = range(0, 200, 3)
    first = [fuzz_child.content_of(fuzz_seeds.made(), number) for number in numbers]
    assert first == [fuzz_child.content_of(fuzz_seeds.made(), number) for number in numbers]
    assert len(set(first)) > 50


def test_damage_is_bounded() -> None:
    assert all(
        len(fuzz_mutations.mutated(b"<a>12</a>" * 3000, b"x" * 9000, n)) <= fuzz_mutations.LONGEST for n in range(500)
    )
    assert all(isinstance(fuzz_mutations.mutated(b"", b"", n), bytes) for n in range(200))


def test_a_reader_that_hangs_or_fails_would_be_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seed = fuzz_seeds.made()[0]

    def broken(piece, options):
        raise KeyError("defect")

    monkeypatch.setattr(KINDS[seed.kind], "read", broken)
    assert ["raises KeyError" in wrong for wrong in fuzz_child.problems(seed, b"x", tmp_path)] == [True]
    assert os.environ.get("CURATE_NIGHTLY") is None or fuzz_child.MOST_SECONDS < 600
