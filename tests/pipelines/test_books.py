"""Nothing vanishes: what came in is kept or has a ledger row, in documents, characters and tokens."""

import json

import pyarrow.compute as pc
import pyarrow.dataset as ds
import pytest

from curate.cli.main import main
from pipelines.books import LINE
from schemas import Counts, Manifest

GONE = ("remove", "quarantine")


def ledger(folder, phase="*"):
    return ds.dataset(sorted(map(str, (folder / "ledger").glob(f"{phase}-*.parquet")))).to_table()


def work(folder, phase, name):
    return ds.dataset(sorted(map(str, (folder / "work").glob(f"{phase}-*/{name}-*.parquet")))).to_table()


def counts(folder, phase) -> Counts:
    paths = (folder / "work").glob(f"{phase}-*/done/*.json")
    return sum((Manifest.from_json(path.read_text()).counts for path in paths), Counts())


@pytest.mark.parametrize("phase", LINE)
def test_each_phase_balances_and_its_removals_are_its_ledger_rows(phase, finished):
    books = counts(finished.folder, phase)
    assert books.documents_in > 0 and books.unbalanced() == []
    found = list((finished.folder / "ledger").glob(f"{phase}-*.parquet"))
    removed = ledger(finished.folder, phase).filter(pc.field("action").isin(GONE)).num_rows if found else 0
    assert removed == books.documents_removed


def test_every_planted_reason_occurs(finished):
    found = set(ledger(finished.folder)["rule"].to_pylist())
    assert {"urls.older_capture", "extract.broken_json", "gopher.words < 30", "frequent_lines"} <= found
    assert {"near_duplicates.copy", "near_duplicates.similar", "mix.sampled_out", "mix.repeated"} <= found
    assert any(rule.startswith("hosts.pii.density") for rule in found)


def test_every_record_is_in_the_corpus_or_has_one_ledger_row_that_says_why_not(finished):
    headers, rows = work(finished.folder, "urls", "headers"), ledger(finished.folder)
    removed = rows.filter(pc.field("action").isin(GONE) & pc.is_valid(pc.field("id")))["uid"].to_pylist()
    text = ds.dataset(str(finished.folder / "text"), format="parquet").to_table(["uid"])["uid"].to_pylist()
    assert sorted(removed + text) == sorted(headers["uid"].to_pylist())
    assert len(removed) and len(text)


def test_every_record_that_urls_left_is_a_document(finished):
    headers, documents = work(finished.folder, "urls", "headers"), work(finished.folder, "extract", "documents")
    gone = ledger(finished.folder, "urls")["uid"].to_pylist()
    assert sorted(documents["uid"].to_pylist() + gone) == sorted(headers["uid"].to_pylist())


def test_edits_and_removals_of_clean_add_up_to_the_characters_that_were_lost(finished):
    rows, books = ledger(finished.folder, "clean"), counts(finished.folder, "clean")
    lost = pc.sum(pc.subtract(rows["chars_before"], rows["chars_after"])).as_py()
    assert lost == books.chars_removed > 0


def test_tokens_are_those_of_the_text_with_one_end_of_text_for_each_repeat(finished):
    text = ds.dataset(str(finished.folder / "text"), format="parquet").to_table(["tokens", "repeats"])
    expected = pc.sum(pc.multiply(text["repeats"].cast("int64"), pc.add(text["tokens"], 1))).as_py()
    for length in finished.recipe.pack.lengths:
        packed = ds.dataset(str(finished.folder / f"tokens/sequence={length}"), format="parquet").to_table(["length"])
        assert pc.sum(packed["length"]).as_py() == expected > 0


def test_a_falsified_marker_ends_the_run_with_exit_code_4(source, copy_of_run, capsys):
    marker = sorted((copy_of_run / "work").glob("filter-*/done/*.json"))[0]
    content = json.loads(marker.read_text())
    content["counts"]["documents_kept"] += 1
    marker.write_text(json.dumps(content))
    next((copy_of_run / "work").glob("report-*/manifest.json")).unlink()
    with pytest.raises(SystemExit) as ended:
        main(["run", str(source), "-o", str(copy_of_run), "--workers", "1"])
    assert ended.value.code == 4
    assert "do not balance: filter: documents" in " ".join(capsys.readouterr().err.split())
