"""A run against older corpora keeps what one run over all inputs would keep, with trust in the order of the corpora."""

import json
import shutil
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest

import curate
from curate.demo.warc import Page, record
from curate.errors import RunStopped
from pipelines import shuffle
from pipelines.context import Context
from pipelines.phases import near_duplicates
from pipelines.run import Options
from pipelines.run import curate as run
from pipelines.runners import Engine
from pipelines.workers import TaskFailed
from schemas import corpora_of
from tests.pipelines import older_inputs
from tests.pipelines.older_inputs import fates, kept, recipe, removed
from tests.pipelines.test_same_bytes import LONELY, _can_be_lonely

TWO = Options(workers=2)


@pytest.fixture(scope="module")
def runs(tmp_path_factory) -> SimpleNamespace:
    """`first`; `second` against it; `third` against both; `joint`, one run over all inputs; `before`: `first` alone."""
    folder = tmp_path_factory.mktemp("against")
    older_inputs.make(folder, 3)
    first, second, third, joint = (folder / name for name in ("first", "second", "third", "joint"))
    run(recipe(folder, "first", [0]), str(first), TWO)
    before = _state(first)
    run(recipe(folder, "second", [1], (first,)), str(second), TWO)
    run(recipe(folder, "third", [2], (first, second)), str(third), TWO)
    run(recipe(folder, "joint", [0, 1, 2]), str(joint), TWO)
    return SimpleNamespace(folder=folder, first=first, second=second, third=third, joint=joint, before=before)


def _state(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(p): (p.stat().st_mtime_ns, p.stat().st_size) for p in sorted(folder.rglob("*"))}


def test_together_they_keep_what_the_joint_run_keeps(runs):
    assert kept(runs.first, runs.second, runs.third) == kept(runs.joint)
    assert 40 < len(kept(runs.joint)) < 60


def test_each_goes_to_the_keeper_that_it_has_in_the_joint_run(runs):
    assert fates(runs.first, runs.second, runs.third) == fates(runs.joint)
    rows = [row for folder in (runs.second, runs.third) for row in removed(folder) if row["keeper"] is not None]
    found = {(row["rule"], int(corpora_of(row["keeper"]))) for row in rows}
    rules = ("urls.older_capture", "urls.same_payload", "near_duplicates.copy", "near_duplicates.similar")
    assert found >= {(rule, corpus) for rule in rules for corpus in (0, 1)}
    assert {corpus for _, corpus in found} == {0, 1, 2}


def test_only_own_documents_are_removed_and_counted(runs):
    for folder, records in ((runs.second, 50), (runs.third, 50)):
        audit = json.loads((folder / "report" / "audit.json").read_text())
        assert all(row["id"] < 1 << 55 for row in removed(folder))
        assert audit["funnel"][1]["documents_in"] == records == len(removed(folder)) + len(kept(folder))


def test_the_older_corpus_is_only_read(runs):
    assert _state(runs.first) == runs.before


def test_explain_and_the_report_know_the_older_keeper(runs):
    row = next(row for row in removed(runs.third, "near_duplicates") if corpora_of(row["keeper"]) == 2)
    (said,) = curate.open(runs.third).explain(row["uid"])
    keeper = fates(runs.first, runs.second, runs.third)[row["uid"]][1]
    (itself,) = curate.open(runs.second).explain(keeper)
    assert said.keeper["uid"] == keeper and said.keeper["corpus"] == str(runs.second)
    assert f"in the older corpus {runs.second}, uid {keeper:016x}, id {row['keeper']}" in said.render(400)
    assert "stays by against: the older corpus wins" in said.render(400)
    assert str(curate.open(runs.third).explain(row["keeper"])[0]) == str(itself)
    audit = json.loads((runs.third / "report" / "audit.json").read_text())
    gone = Counter(int(corpora_of(row["keeper"])) for row in removed(runs.third) if row["keeper"] is not None)
    told = [f"in favour of the older corpus {name}: {gone[n]} documents" for n, name in ((1, "first"), (2, "second"))]
    assert [told[n] in remark for n, remark in enumerate(audit["against"])] == [True, True]
    assert audit["name"] == "against" and audit["remarks"] == []
    html = (runs.third / "report" / "index.html").read_text()
    assert "<title>against: report of a corpus</title>" in html and f"<p>{audit['against'][0]}</p>" in html
    assert {rule["kept"]["where"] for rule in audit["rules"]} & {"unknown"} == set()


def test_a_keeper_whose_corpus_was_made_anew_is_not_taken_for_another(runs, tmp_path):
    shutil.copytree(runs.first, tmp_path / "first")
    folder = Path(shutil.copytree(runs.second, tmp_path / "second"))
    text = (folder / "recipe.yaml").read_text()
    (folder / "recipe.yaml").write_text(text.replace(str(runs.first), str(tmp_path / "first")))
    row = next(row for row in removed(folder, "near_duplicates") if corpora_of(row["keeper"]) == 1)
    assert curate.open(folder).explain(row["uid"])[0].keeper["uid"] is not None
    _change(tmp_path / "first")
    (said,) = curate.open(folder).explain(row["uid"])
    assert said.keeper["uid"] is None and "made anew" in said.render(400)


def test_one_worker_and_many_small_partitions_give_the_same_bytes(runs, digests, tmp_path, monkeypatch):
    monkeypatch.setattr(shuffle, "PARTITION_BYTES", 2000)
    again = recipe(runs.folder, "third", [2], (runs.first, runs.second))
    run(again, str(tmp_path / "corpus"), Options(workers=1))
    assert digests(tmp_path / "corpus") == digests(runs.third)


def test_an_interrupted_run_goes_on_to_the_same_bytes(runs, digests, tmp_path):
    folder = Path(shutil.copytree(runs.third, tmp_path / "corpus"))
    (near,) = folder.glob("work/near_duplicates-*")
    for left in (near / "manifest.json", near / "losses-00000.bin", near / "estimates" / "done.json"):
        left.unlink()
    for left in (near / "estimates" / "reduce", near / "shingles"):
        shutil.rmtree(left)
    result = run(recipe(runs.folder, "third", [2], (runs.first, runs.second)), str(folder), TWO)
    assert "near_duplicates" in result.ran and "filter" not in result.ran
    assert digests(folder) == digests(runs.third)


def test_a_changed_older_corpus_is_seen_and_a_moved_one_is_the_same(runs, tmp_path):
    moved = Path(shutil.copytree(runs.first, tmp_path / "moved"))
    against = recipe(runs.folder, "moved", [1], (moved,))
    out = str(shutil.copytree(runs.second, tmp_path / "second"))
    stands = [line.split()[1] for line in _plan(against, out) if line.startswith("stands")]
    assert stands[-1] == "pack"
    _change(moved)
    assert next(line for line in _plan(against, out) if line.startswith("runs")).endswith("changed: against")


def _plan(against, out: str) -> list[str]:
    return run(against, out, Options(workers=2, dry_run=True)).receipt.splitlines()


def _change(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "root": "another"}))


def test_whatever_its_date_a_capture_of_what_an_older_corpus_has_read_goes(tmp_path):
    """Even if a rule removed it there later; but not if its own headers spoke against it."""
    pages = {word: _html(" ".join(f"{word}{n}" for n in range(60))) for word in "abcd"}
    _crawl(tmp_path / "in0", [("a", pages["a"], 2), ("short", _html("few words"), 2), ("blocked", pages["b"], 2)])
    _crawl(tmp_path / "in1", [("a", pages["c"], 9), ("short", pages["d"], 1), ("blocked", pages["b"], 9)])
    (tmp_path / "hosts.txt").write_text("blocked.example.org\n")
    for part in (0, 1):
        (tmp_path / f"in{part}" / "facts.jsonl").write_text('{"text": "few"}\n')
    run(recipe(tmp_path, "first", [0], urls={"blocklists": ["hosts.txt"]}), str(tmp_path / "first"), TWO)
    run(recipe(tmp_path, "second", [1], (tmp_path / "first",), urls={}), str(tmp_path / "second"), TWO)
    gone = {row["rule"]: row["keeper"] for row in removed(tmp_path / "second") if row["phase"] == "urls"}
    assert list(gone) == ["urls.older_capture"] and len(removed(tmp_path / "second", "urls")) == 2
    assert "gopher.words < 30" in {row["rule"] for row in removed(tmp_path / "first")}
    assert curate.open(tmp_path / "second").text().to_table()["url"].to_pylist() == ["https://blocked.example.org/"]


def _html(text: str) -> bytes:
    return f"<html><body><p>{text}</p></body></html>".encode()


def _crawl(folder: Path, pages: list[tuple[str, bytes, int]]) -> None:
    folder.mkdir()
    dated = [Page(f"https://{name}.example.org/", body, f"2025-0{month}-01T00:00:00Z") for name, body, month in pages]
    (folder / "0.warc.gz").write_bytes(b"".join(map(record, dated)))


def test_a_keeper_in_a_corpus_that_this_run_does_not_know_is_told_by_the_one_that_went(runs, tmp_path):
    keep = {"keep": ["longest", "trust", "newest"]}  # longer than the older policy
    run(recipe(runs.folder, "alone", [2], (runs.second,), near_duplicates=keep), str(tmp_path / "corpus"), TWO)
    went = {row["id"] for row in removed(runs.second, "near_duplicates") if corpora_of(row["keeper"]) == 1}
    named = [row for row in removed(tmp_path / "corpus", "near_duplicates") if corpora_of(row["keeper"]) == 1]
    proxies = [row for row in named if row["keeper"] & (1 << 55) - 1 in went]
    assert 0 < len(proxies) < len(named)
    assert {(row["rule"], row["similarity"]) for row in proxies} == {("near_duplicates.copy", 1.0)}


def test_without_near_duplicates_addresses_still_count(runs, tmp_path):
    without = recipe(runs.folder, "without", [1], (runs.first,), near_duplicates=None)
    run(without, str(tmp_path / "corpus"), TWO)
    assert removed(tmp_path / "corpus", "urls") == removed(runs.second, "urls")
    assert removed(tmp_path / "corpus", "near_duplicates") == []


@pytest.mark.parametrize("name", ["measure-*/sketches-00000", "urls-*/headers-00000", "extract-*/documents-00000"])
def test_a_damaged_file_of_an_older_corpus_stops_the_run_and_is_named(name, runs, tmp_path):
    folder = Path(shutil.copytree(runs.first, tmp_path / "first"))
    (file,) = folder.glob(f"work/{name}.parquet")
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(TaskFailed) as failed:
        run(recipe(runs.folder, "damaged", [1], (folder,)), str(tmp_path / "corpus"), TWO)
    assert isinstance(failed.value.cause, RunStopped) and str(failed.value.cause).startswith(f"{file}: is damaged (")


@pytest.mark.parametrize("moment", ["before", "while sketches are compared"])
@pytest.mark.parametrize("remade", ["finished", "under way"])
def test_an_older_corpus_made_anew_under_a_run_stops_it(moment, remade, runs, tmp_path, monkeypatch):
    first = Path(shutil.copytree(runs.first, tmp_path / "first"))
    second = Path(shutil.copytree(runs.second, tmp_path / "second"))
    (near,) = second.glob("work/near_duplicates-*")
    context = Context(str(second), recipe(runs.folder, "again", [1], (first,)), _keys(second), "near_duplicates")
    (near / "losses-00000.bin").unlink()
    compare = near_duplicates.verify

    def remake(*_):
        _change(first) if remade == "finished" else (first / "manifest.json").unlink()
        return {}

    if moment == "before":
        remake()
    monkeypatch.setattr(near_duplicates, "verify", compare if moment == "before" else remake)
    with pytest.raises(RunStopped, match=rf"against\[0\]: {first} was made anew while .* the same command"):
        near_duplicates.run(context, Engine())
    assert not (near / "losses-00000.bin").exists()


def _keys(folder: Path) -> tuple[tuple[str, str], ...]:
    return tuple(json.loads((folder / "facts.json").read_text())["phases"].items())


@pytest.mark.nightly
def test_embedded_portable_runner_gives_the_same_bytes(runs, digests, command, tmp_path):
    if not _can_be_lonely():
        pytest.skip("no network namespace of one's own here (unshare -rn)")
    options = ("--engine", "portable", "--job-endpoint", "embed")
    recipe(runs.folder, "third", [2], (runs.first, runs.second))
    process = command("run", runs.folder / "third.yaml", "-o", tmp_path / "corpus", *options, inside=LONELY)
    assert process.wait(600) == 0, process.stdout.read()
    assert digests(tmp_path / "corpus") == digests(runs.third)
