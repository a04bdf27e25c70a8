"""Documents taken out of a finished corpus: nothing of them is left, everything else is what it was."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import curate
from curate.corpus import Corpus
from curate.errors import UserError
from curate.recipe import load
from pipelines.exclude import exclude
from pipelines.options import Options
from pipelines.run import curate as run
from schemas import LEDGER, check, tokens
from tests.sources.mediawiki import dump, page, revision

N = 48
RECIPE = """
base: null
name: taken
sources: [{paths: [a.jsonl, b.jsonl], group: web}, {paths: [c.jsonl], group: books}]
shards: {target: 4000}
urls: {same_payload: false}
rules: [{signal: gopher.words, min: 20}]
near_duplicates: {keep: [longest]}
categories: [{category: books, groups: [books]}]
pack: {lengths: [64, 32]}
"""


def words(n):
    return " ".join(f"w{n}x{k}" for k in range(45)) + " the end"


def lines(name, count):
    texts = {n: f"secret {name}{n} " + words(f"{name}{n}") for n in range(count)}
    made = [{"url": f"https://h{n % 4}.{name}.org/{n}", "text": text} for n, text in texts.items()]
    made.append({"url": f"https://h9.{name}.org/near", "text": f"secret {name}near " + words(f"{name}0")})
    made.append({"url": f"https://h1.{name}.org/short", "text": f"secret {name}short"})
    return "\n".join(map(json.dumps, made)) + "\n"


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("taken")
    for name in "abc":
        (folder / f"{name}.jsonl").write_text(lines(name, N // 3))
    (folder / "recipe.yaml").write_text(RECIPE)
    run(load(str(folder / "recipe.yaml")), str(folder / "out"), Options(workers=1))
    return folder / "out"


@pytest.fixture
def corpus(made, tmp_path):
    subprocess.run(["cp", "-a", str(made), str(tmp_path / "out")], check=True)
    return tmp_path / "out"


@pytest.fixture
def takedown(tmp_path):
    path = tmp_path / "takedown.csv"
    path.write_text("url,host,reason\nhttps://h0.a.org/4,,the author's wish\n,h1.b.org,\n")
    return path


def files(root):
    return {str(p.relative_to(root)): p for p in sorted(root.rglob("*")) if p.is_file() and p.name != ".lock"}


def state(root):
    return {name: path.read_bytes() for name, path in files(root).items()}


def named(url):
    return url == "https://h0.a.org/4" or "//h1.b.org/" in url


def test_nothing_of_the_documents_is_left_and_all_others_are(corpus, takedown):
    before = curate.open(corpus).text().to_table().to_pylist()
    gone = [row for row in before if named(row["url"])]
    done = exclude(str(corpus), [str(takedown)])
    after = curate.open(corpus).text().to_table().to_pylist()
    assert done.documents == len(gone) == 5 and done.only_in_work == 1
    assert after == [row for row in before if not named(row["url"])]
    secrets = [f"secret {row['url'].split('.')[1]}{row['url'].rpartition('/')[2]}".encode() for row in gone]
    for name, path in files(corpus).items():
        if name.endswith(".parquet"):
            table = pq.read_table(path)
            texts = [column.to_pylist() for column in table.columns if pa.types.is_string(column.type)]
            held = str(texts).encode()
        else:
            held = path.read_bytes()
        assert not any(secret + b" " in held for secret in secrets), name


def test_packed_tokens_are_those_of_the_remaining_documents_in_the_same_order(corpus, takedown):
    ids = {row["id"] for row in curate.open(corpus).text().to_table().to_pylist() if named(row["url"])}
    before = {length: streams(corpus, length) for length in (64, 32)}
    exclude(str(corpus), [str(takedown)])
    for length in (64, 32):
        after = streams(corpus, length)
        for part, documents in before[length].items():
            assert after.get(part, []) == [(id, ids_) for id, ids_ in documents if id not in ids]
        for path in sorted((corpus / "tokens" / f"sequence={length}").rglob("*.parquet")):
            assert check(pq.read_schema(path), tokens(length)) == []
            metadata = pq.read_schema(path).metadata
            assert int(metadata[b"length"]) == length and metadata[b"vocabulary"]


def streams(corpus, length):
    """part -> [(id, tokens)] as the rows of its file spell them."""
    found = {}
    for path in sorted((corpus / "tokens" / f"sequence={length}").rglob("*.parquet")):
        documents = []
        for row in pq.read_table(path).to_pylist():
            ends = [*row["starts"][1:], row["length"]]
            for start, end, id, offset in zip(row["starts"], ends, row["ids"], row["offsets"], strict=True):
                if offset == 0:
                    documents.append((id, []))
                assert documents[-1][0] == id and len(documents[-1][1]) == offset
                documents[-1][1].extend(row["tokens"][start:end])
        found[str(path.relative_to(corpus))] = documents
    return found


def test_files_without_them_are_the_same_files_and_twins_stay_twins(corpus, takedown):
    before = {name: path.stat().st_ino for name, path in files(corpus).items()}
    exclude(str(corpus), [str(takedown)])
    after = {name: path.stat().st_ino for name, path in files(corpus).items()}
    changed = {name for name in before if after.get(name) != before[name]}
    assert any("category=general" in name for name in changed) and not any("category=books" in name for name in changed)
    shards = {name for name in changed if name.endswith(".parquet")}
    assert all(name.startswith(("text/", "tokens/", "work/extract-", "work/clean-", "work/pack-")) for name in shards)
    assert 0 < len([n for n in shards if "documents-" in n]) < len([n for n in before if "documents-" in n])
    for name in after:
        if name.startswith(("text/", "tokens/sequence")):
            twins = [of for twin, of in after.items() if twin.startswith("work/pack") and twin.endswith(name)]
            assert twins == [after[name]]


def test_the_ledger_the_manifest_and_the_report_tell_it(corpus, takedown):
    root = json.loads((corpus / "manifest.json").read_text())["root"]
    exclude(str(corpus), [str(takedown)])
    ledger = pq.read_table(corpus / "ledger" / "exclude-00000.parquet")
    assert check(ledger.schema, LEDGER) == []
    rows = ledger.to_pylist()
    assert [r["action"] for r in rows].count("remove") == 5 and [r["action"] for r in rows].count("edit") == 1
    assert {(r["value"], r["detail"]) for r in rows} == {
        (2.0, "takedown.csv:2 (the author's wish)"), (3.0, "takedown.csv:3"),
    }  # fmt: skip
    assert all(r["tokens_before"] and r["tokens_after"] == 0 for r in rows if r["action"] == "remove")
    manifest = json.loads((corpus / "manifest.json").read_text())
    assert manifest["root"] != root and "ledger/exclude-00000.parquet" in manifest["files"]
    for name, digest in manifest["files"].items():
        assert hashlib.sha256((corpus / name).read_bytes()).hexdigest() == digest
    audit = json.loads((corpus / "report" / "audit.json").read_text())
    [rule] = [rule for rule in audit["rules"] if rule["phase"] == "exclude"]
    assert rule["documents"] == 5 and rule["tokens"] == sum(r["tokens_before"] or 0 for r in rows)
    kept = curate.open(corpus).text().count_rows()
    assert sum(row["documents"] for row in audit["categories"]) == kept
    told = str(Corpus(corpus).explain("https://h0.a.org/4"))
    assert "removed in exclude by exclude" in told and "the author's wish" in told and "secret" not in told


def test_markers_say_what_the_files_are(corpus, takedown):
    exclude(str(corpus), [str(takedown)])
    for phase in ("extract", "clean", "pack"):
        [folder] = (corpus / "work").glob(f"{phase}-*")
        for stated in [*(folder / "done").glob("*.json"), folder / "manifest.json"]:
            for output in json.loads(stated.read_text())["outputs"]:
                path = folder / output["path"]
                assert path.stat().st_size == output["bytes"] and pq.read_metadata(path).num_rows == output["rows"]


def test_a_second_time_changes_nothing(corpus, takedown):
    exclude(str(corpus), [str(takedown)])
    before = state(corpus)
    assert exclude(str(corpus), [str(takedown)]).documents == 0
    assert state(corpus) == before


def test_near_duplicates_of_what_goes_are_counted_and_stay_removed(corpus, takedown):
    rows = curate.open(corpus).ledger().to_table().to_pylist()
    keepers = [row["keeper"] for row in rows if row["phase"] == "near_duplicates"]
    uids = {row["id"]: row["uid"] for row in curate.open(corpus).text().to_table().to_pylist()}
    takedown.write_text(f"uid\n{uids[keepers[0]]:016x}\n")
    before = curate.open(corpus).text().count_rows()
    done = exclude(str(corpus), [str(takedown)])
    assert (done.documents, done.favoured) == (1, keepers.count(keepers[0]))
    assert curate.open(corpus).text().count_rows() == before - 1


KILLED = """
import os, sys
from pipelines.exclude import exclude as module
from pipelines.exclude import staged
import pipelines.exclude.taking_out as whole
at, count = int(sys.argv[3]), 0
def dies(function):
    def wrapped(*arguments, **named):
        global count
        count += 1
        if count == at:
            os._exit(9)
        return function(*arguments, **named)
    return wrapped
os.replace = dies(os.replace)
os.link = dies(os.link)
whole.refresh = dies(whole.refresh)
staged.shutil.rmtree = dies(staged.shutil.rmtree)
module(sys.argv[1], [sys.argv[2]])
print("whole", count)
"""


def test_killed_at_any_moment_and_begun_again_it_is_the_same_corpus(made, corpus, takedown, tmp_path):
    exclude(str(corpus), [str(takedown)])
    wanted, killed = state(corpus), 0
    for at in (2, 20, 36, 43, 44):
        again = tmp_path / f"killed-{at}"
        subprocess.run(["cp", "-a", str(made), str(again)], check=True)
        command = [sys.executable, "-c", KILLED, str(again), str(takedown), str(at)]
        ended = subprocess.run(command, check=False, cwd=Path(__file__).parents[2], capture_output=True, text=True)
        print(at, ended.stdout)
        killed += ended.returncode == 9
        exclude(str(again), [str(takedown)])
        assert state(again) == wanted, at
    assert killed > 3


def test_a_corpus_without_work_is_served_too(corpus, takedown):
    subprocess.run(["rm", "-r", str(corpus / "work")], check=True)
    before = curate.open(corpus).text().count_rows()
    assert exclude(str(corpus), [str(takedown)]).documents == 5
    assert curate.open(corpus).text().count_rows() == before - 5
    report = (corpus / "report" / "index.html").read_text() + (corpus / "report" / "audit.json").read_text()
    assert "secret" not in report and '"phase": "exclude"' in report


def test_a_run_that_would_bring_them_back_is_refused(corpus, made, takedown):
    exclude(str(corpus), [str(takedown)])
    recipe = made.parent / "recipe.yaml"
    assert run(load(str(recipe)), str(corpus), Options(workers=1)).ran == []
    other = made.parent / "other.yaml"
    other.write_text(RECIPE.replace("min: 20", "min: 21"))
    with pytest.raises(UserError, match="does not name"):
        run(load(str(other)), str(corpus), Options(workers=1))


def test_the_recipe_leaves_them_out_from_the_start(made, takedown, tmp_path):
    recipe = made.parent / "without.yaml"
    recipe.write_text(RECIPE + f"exclude: {takedown}\n")
    run(load(str(recipe)), str(tmp_path / "out"), Options(workers=1))
    corpus = curate.open(tmp_path / "out")
    assert not any(named(url) for url in corpus.text().to_table(["url"])["url"].to_pylist())
    rows = [row for row in corpus.ledger().to_table().to_pylist() if row["rule"] == "exclude"]
    assert len(rows) == 6 and all(row["phase"] == "urls" and "takedown.csv:" in row["detail"] for row in rows)


def test_titles_of_records_without_text_and_what_pages_cite_go_too(tmp_path):
    cites = "<ref>{{cite web|url=https://cited.example/%s}}</ref>"
    pages = [
        page("Kept", revision(1, "Some words of it. " * 30 + cites % "kept")),
        page("Gone", revision(2, "Other words of it. " * 30 + cites % "gone")),
        page("Secret title", revision(3, "#REDIRECT [[Kept]]")),
    ]
    (tmp_path / "enwiki-20240301-pages-articles.xml").write_bytes(dump(*pages))
    (tmp_path / "r.yaml").write_text("base: null\nname: t\nsources: [{paths: [enwiki-20240301-pages-articles.xml]}]\n")
    out = tmp_path / "out"
    run(load(str(tmp_path / "r.yaml")), str(out), Options(workers=1))
    assert len(curate.open(out).links().to_table()) == 2
    wiki = "https://en.wikipedia.org/wiki/"
    (tmp_path / "t.csv").write_text(f"url\n{wiki}Gone\n{wiki}Secret_title\n")
    done = exclude(str(out), [str(tmp_path / "t.csv")])
    assert (done.documents, done.only_in_work) == (1, 1)
    assert curate.open(out).links().to_table()["url"].to_pylist() == ["https://cited.example/kept"]
    assert curate.open(out).documents().to_table()["title"].to_pylist() == ["Kept", None, None]
    (tmp_path / "t.csv").write_text(f"url\n{wiki}Kept\n")
    exclude(str(out), [str(tmp_path / "t.csv")])
    assert len(curate.open(out).links().to_table()) == 0
    stated = json.loads(next((out / "work").glob("extract-*/manifest.json")).read_text())["outputs"]
    assert not any("links" in output["path"] for output in stated)


def test_a_list_that_names_nothing_of_the_corpus_holds_for_later_runs_all_the_same(corpus, made, tmp_path):
    (tmp_path / "other.csv").write_text("host\nnever.example\n")
    before = state(corpus)
    assert exclude(str(corpus), [str(tmp_path / "other.csv")]).documents == 0
    assert {name for name, content in state(corpus).items() if before.get(name) != content} == {"excluded.json"}
    (made.parent / "more.yaml").write_text(RECIPE.replace("min: 20", "min: 22"))
    with pytest.raises(UserError, match="does not name"):
        run(load(str(made.parent / "more.yaml")), str(corpus), Options(workers=1))
