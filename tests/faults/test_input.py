"""Bad input never kills a run and never vanishes: each file is in the books, with the reason."""

import json
import re

import pyarrow.compute as pc
import pytest

from curate.recipe import load, of_inputs
from pipelines.run import Options, curate
from tests.faults import bad_files
from tests.faults.conftest import write_recipe

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]")
URLS = [
    "javascript:alert(1)",
    "https://[half.example/",
    "https://charset.example/",
    "https://empty.example/",
    "https://zip.example/",
    "https://markup.example/[bold]x[/]",
    "https://h.example/\x1b[31m",
]


def shown(path: str) -> str:
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def test_every_bad_file_is_found_by_its_path_with_what_happened_to_it(bad_run):
    wrong = []
    for path, words in bad_run.expected.items():
        fates = [explanation.fate for explanation in bad_run.corpus.explain(shown(path))]
        if not any(word in fate for word in words for fate in fates):
            wrong.append((path, words, fates))
    assert wrong == []


@pytest.mark.parametrize("url", URLS)
def test_odd_addresses_are_found_by_explain(bad_run, url):
    assert len(bad_run.corpus.explain(url)) == 1


def test_the_books_balance_and_every_record_is_a_document_or_a_ledger_row(bad_run):
    audit = json.loads((bad_run.folder / "out/report/audit.json").read_text())
    assert audit["notes"] == []
    read = max(row["documents_in"] for row in audit["funnel"])
    ledger = bad_run.corpus.ledger().to_table(["id", "action"])
    gone = ledger.filter(pc.is_in(ledger["action"], pc.cast(["remove", "quarantine"], "string")))["id"].drop_null()
    assert len(gone) == len(gone.unique())
    assert read == len(gone) + bad_run.corpus.text().count_rows()


def test_what_bad_files_held_besides_is_kept(bad_run):
    kept = [e.fate for name in ("long_line.jsonl", "flipped.warc.gz") for e in bad_run.corpus.explain(name)]
    assert kept.count("kept") >= 2


def test_nothing_that_a_terminal_obeys_is_printed(bad_run):
    said = [bad_run.result.receipt, str(bad_run.corpus.show(n=100))]
    said += [str(bad_run.corpus.explain(shown(path))) for path in bad_run.expected]
    said += [str(bad_run.corpus.explain(url)) for url in [*URLS, "https://none.example/\x1b[31m" + "a" * 10_000]]
    assert [CONTROL.findall(text) for text in said if CONTROL.search(text)] == []
    assert max(map(len, said[2 + len(bad_run.expected) :])) < 20_000
    assert "[bold]" in "".join(said)


@pytest.mark.parametrize(
    ("name", "rows", "kept"),
    [
        ("one document", [bad_files.prose(1)], 1),
        ("only copies", [bad_files.prose(1)] * 5, 1),
        ("all removed by a rule", ["too short", "also short"], 0),
    ],
)
def test_small_corpora_finish(tmp_path, name, rows, kept):
    data = tmp_path / "rows.jsonl"
    data.write_text("".join(json.dumps({"text": text}) + "\n" for text in rows))
    result = curate(of_inputs([str(data)]), str(tmp_path / "out"), Options(workers=1))
    assert re.search(rf"^kept +{kept} documents?\b", result.receipt, re.M), result.receipt
    assert (tmp_path / "out/manifest.json").exists()
    if not kept:
        assert re.search(r"gopher.words < 50 +2 documents", result.receipt)


def test_a_corpus_of_empty_files_finishes_and_says_so(tmp_path):
    (tmp_path / "empty.txt").write_bytes(b"")
    result = curate(of_inputs([str(tmp_path / "empty.txt")]), str(tmp_path / "out"), Options(workers=1))
    assert re.search(r"^kept +0 documents", result.receipt, re.M)


def test_a_folder_of_other_things_under_a_stated_kind_is_books_and_no_crash(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text(bad_files.prose(3))
    (folder / "b.bin").write_bytes(bytes(range(256)))
    recipe = write_recipe(tmp_path, "sources: [{kind: jsonl, paths: [in]}]\n")
    result = curate(load(str(recipe)), str(tmp_path / "out"), Options(workers=1))
    assert re.search(r"extract.broken_json +\d+ documents", result.receipt)
