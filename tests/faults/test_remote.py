"""From an object store to an object store: the same corpus as on this machine, and the same manners.

The store is a stand-in that speaks S3 on 127.0.0.1. One run, stopped in the middle and continued, serves all tests.
"""

import json
import os
import signal
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

import curate
from curate import storage
from curate.recipe import load
from pipelines import workers
from pipelines.lock import lock
from pipelines.run import Options
from pipelines.run import curate as again
from tests.faults.command import start
from tests.object_store import bucket
from tests.pipelines import inputs

PRODUCTS = ("text", "tokens", "ledger", "report")
OUT = "s3://bucket/out"


@pytest.fixture(scope="module")
def store():
    with bucket("bucket"):
        workers.close_all()  # children of an earlier test's run know no bucket
        yield


@pytest.fixture(scope="module")
def runs(store, tmp_path_factory) -> SimpleNamespace:
    """`interrupted`: what the stopped run said; `folder` of recipes; `local`, `remote`: product -> bytes."""
    folder = tmp_path_factory.mktemp("remote")
    for name, content in files(folder / "made").items():
        for root in (str(folder), "s3://bucket"):
            storage.write_bytes(content, f"{root}/in/{name}")
    recipe("local", folder, str(folder / "in"))
    recipe("remote", folder, "s3://bucket/in")
    here = command("local.yaml", "-o", "out", folder=folder)
    interrupted = stopped_when(lambda: any("/extract-" in url for url in storage.list_files(OUT)), folder)
    said = ended(command("remote.yaml", "-o", OUT, folder=folder))
    assert ended(here)[0] == 0 and said[0] == 0, said
    return SimpleNamespace(
        interrupted=interrupted, folder=folder, local=products(str(folder / "out")), remote=products(OUT)
    )


def files(folder: Path) -> dict[str, bytes]:
    """A few of the files of the small corpus: each one is several requests to the store."""
    inputs.make(folder)
    found = {name: (folder / name).read_bytes() for name in ("web/0.warc.gz", "web/notes.doc", "books/00.txt")}
    found["facts.jsonl"] = b"".join((folder / "facts.jsonl").read_bytes().splitlines(keepends=True)[40:60])
    return found


def recipe(name: str, folder: Path, root: str) -> None:
    sources = [{**s, "paths": [f"{root}/{path}" for path in s["paths"]]} for s in inputs.RECIPE["sources"]]
    tree = {**inputs.RECIPE, "name": "one", "sources": sources, "shards": {"target": 1_000_000}}
    (folder / f"{name}.yaml").write_text(yaml.safe_dump(tree))


def command(*arguments: str, folder: Path):
    return start("run", *arguments, "--workers", "2", folder=folder)


def ended(process) -> tuple[int, str]:
    said = "".join(process.communicate(timeout=300))
    return process.returncode, said


def stopped_when(true, folder: Path) -> tuple[int, str]:
    process = command("remote.yaml", "-o", OUT, folder=folder)
    while process.poll() is None and not true():
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGTERM)
    return ended(process)


def products(root: str) -> dict[str, bytes]:
    found = [url for name in PRODUCTS for url in storage.list_files(storage.join(root, name))]
    return {url.removeprefix(root).lstrip("/"): storage.read_bytes(url) for url in found}


def test_a_stopped_run_continues_and_its_products_are_those_of_a_local_run(runs):
    assert runs.interrupted[0] == 130 and "interrupted" in runs.interrupted[1]
    assert sorted(runs.remote) == sorted(runs.local) and any(name.startswith("tokens/") for name in runs.remote)
    assert [name for name in runs.local if runs.remote[name] != runs.local[name]] == []


def test_the_manifest_lists_the_digest_of_every_product(runs):
    here, there = (json.loads(storage.read_bytes(f"{root}/manifest.json")) for root in (runs.folder / "out", OUT))
    files = [{name: digest for name, digest in m["files"].items() if name != "recipe.yaml"} for m in (here, there)]
    assert files[0] == files[1] and sorted(files[0]) == sorted(runs.local)


def test_a_run_against_a_remote_corpus_loses_what_it_would_against_a_local_one(runs):
    ledgers = []
    for name, older in (("here", str(runs.folder / "out")), ("there", OUT)):
        tree = yaml.safe_load((runs.folder / "local.yaml").read_text())
        (runs.folder / f"{name}.yaml").write_text(yaml.safe_dump({**tree, "against": [older]}))
        again(load(str(runs.folder / f"{name}.yaml")), str(runs.folder / name), Options(workers=2))
        ledgers.append({p.name: p.read_bytes() for p in sorted((runs.folder / name / "ledger").iterdir())})
    assert ledgers[0] == ledgers[1] and any(path.startswith("near_duplicates-") for path in ledgers[0])


def test_the_same_command_finds_every_phase_standing_and_leaves_no_lock(runs):
    said = again(load(str(runs.folder / "remote.yaml")), OUT, Options(workers=2))
    assert said.ran == [] and "kept" in said.receipt
    assert not storage.exists(f"{OUT}/.lock")


def test_a_second_run_is_refused_while_one_holds_the_folder_and_may_take_over_from_a_dead_one(runs):
    assert storage.create(b"process 7 on elsewhere", f"{OUT}/.lock")
    assert not storage.create(b"another", f"{OUT}/.lock")
    with pytest.raises(ValueError, match=r"process 7 on elsewhere.*--force-unlock"), lock(OUT):
        pass
    with lock(OUT, force=True), pytest.raises(ValueError, match="in use by process"), lock(OUT):
        pass
    assert not storage.exists(f"{OUT}/.lock")


def test_a_run_that_lost_its_folder_to_another_leaves_the_other_ones_lock(runs):
    with lock(OUT):
        storage.write_bytes(b"another", f"{OUT}/.lock")
    assert storage.read_bytes(f"{OUT}/.lock") == b"another"
    storage.remove(f"{OUT}/.lock")


def test_documents_are_explained_and_shown_from_the_store(runs):
    here, there = curate.open(runs.folder / "out"), curate.open(OUT)
    row = here.text().head(1).to_pylist()[0]
    assert str(there.explain(row["uid"])) == str(here.explain(row["uid"])) and there.explain(row["uid"])[0].places
    gone = here.ledger().to_table(["uid"]).to_pylist()[-1]
    assert str(there.explain(gone["uid"])) == str(here.explain(gone["uid"]))
    assert str(there.show()) == str(here.show())
    typed = [there.explain("s3://bucket/in/books/00.txt"), here.explain(str(runs.folder / "in/books/00.txt"))]
    assert len(typed[0]) == 1 and str(typed[0]) == str(typed[1])
