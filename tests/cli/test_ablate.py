"""`curate ablate` from recipe to page: hosts held out by both runs, their text found again, copies left out."""

import base64
import itertools
import json
import random

import pyarrow.parquet as pq
import pytest

import curate
from curate.signals.holdout import part
from tests.cli.ran import ran

HOSTS = [f"h{n}.example.org" for n in range(12)]
SHARE = 0.25
HELD = [host for host in HOSTS if part(host) < SHARE]
TRAINED = [host for host in HOSTS if part(host) >= SHARE]
RECIPE = """
base: null
name: small
sources: [{paths: [web.jsonl], group: web}]
rules: [{signal: gopher.words, min: 20}]
near_duplicates: {keep: [longest]}
categories: [{category: code, signal: code.score, min: 0.5}]
tokenizer: {file: bytes.tiktoken, engine: reference}
pack: {lengths: [64]}
"""


def prose(draw, words=60):
    return " ".join(draw.choice(["the", "rain", "falls", "on", "old", "towns", "and", "hills"]) for _ in range(words))


def documents():
    """Prose of every host, short pages among it; the first page of each held-out host stands on another as well."""
    draw = random.Random(0)
    for host in HOSTS:
        for n in range(5):
            text = prose(draw, 8 if n == 4 else 60)
            yield {"url": f"https://{host}/{n}", "text": text}
            if host in HELD and n == 0:
                yield {"url": f"https://{TRAINED[0]}/copy-of-{host}", "text": text}
        names = ["".join(draw.choice("abcdefgh") for _ in range(6)) for _ in range(24)]
        code = "\n".join(f"{a} = call({b}, 1, 2, 3);" for a, b in itertools.pairwise(names))
        yield {"url": f"https://{host}/code", "text": code}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("ablate")
    (root / "web.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in documents()))
    ranks = b"".join(base64.b64encode(bytes([at])) + b" %d\n" % at for at in range(256))
    (root / "bytes.tiktoken").write_bytes(ranks)
    (root / "small.yaml").write_text(RECIPE)
    return root


@pytest.fixture(scope="module")
def runs(folder):
    from curate.holdout import recipes
    from curate.recipe import load
    from pipelines.options import Options
    from pipelines.run import curate as run

    recipe = load(str(folder / "small.yaml"))
    for name, make in (("raw", recipes.raw), ("curated", recipes.held_out)):
        run(make(recipe, SHARE), str(folder / name), Options(workers=1))
    return folder


def test_the_recipe_that_holds_out_is_printed_whole(folder, capsys):
    code, out, _ = ran(capsys, "recipe", "hold-out", folder / "small.yaml", "--share", "0.25", "--length", "128")
    assert code == 0
    assert out.index("holdout.part, min: 0.25") < out.index("gopher.words")
    assert "[128]" in out.replace("\n", "").replace("- 128", "[128]")


def test_held_out_hosts_are_in_neither_corpus(runs):
    assert HELD and len(TRAINED) > 5
    for name in ("raw", "curated"):
        urls = curate.open(runs / name).text().to_table(["url"])["url"].to_pylist()
        assert urls and not {url.split("/")[2] for url in urls} & set(HELD)


def test_a_small_comparison_ends_in_a_page_and_goes_on(runs, capsys):
    out = runs / "out"
    asked = ("ablate", runs / "raw", runs / "curated", "-o", out, "--sizes", "32x1", "--tokens", "1K", "--seeds", "2")
    code, printed, failed = ran(capsys, *asked)
    assert (code, failed) == (0, "")
    assert f"of {6 * len(HELD)}; {len(HELD)} stand in training texts too" in printed
    assert "4/4 curated" in printed and "bits per byte" in printed.splitlines()[-2]
    assert "<script" not in (out / "index.html").read_text()
    results = json.loads((out / "results.json").read_text())
    assert {point["trained_tokens"] for point in results["points"]} == {1024}
    groups = results["comparisons"][0]["groups"]
    assert groups["all"]["documents"] == groups["code"]["documents"] + groups["general"]["documents"]
    assert groups["that rules of curated remove"]["documents"] == len(HELD)  # the short pages
    again = ran(capsys, *asked)
    assert again[0] == 0 and json.loads((out / "results.json").read_text()) == results


def test_held_out_text_is_that_of_the_hosts_without_what_stands_elsewhere(runs):
    from curate.holdout.write import write

    stale = runs / "held" / "tokens" / "sequence=64" / "category=math" / "part-00000.parquet"
    stale.parent.mkdir(parents=True)
    stale.write_text("of other corpora, whose ids mean something else")
    (runs / "held" / "held-out.json").write_text('{"made_of": "others"}')
    said = write({"raw": str(runs / "raw"), "curated": str(runs / "curated")}, runs / "held", 64)
    assert not stale.exists()
    table = pq.read_table(runs / "held" / "documents.parquet").to_pylist()
    known = {one["text"]: one["url"] for one in documents()}
    assert {row["key"] for row in table} == set(HELD)
    assert all(not known[row["text"]].startswith("copy") and row["bytes"] == len(row["text"]) for row in table)
    assert said["copies"] == len(HELD) and said["documents"] == len(table) == 5 * len(HELD)
    rows = pq.read_table(runs / "held" / "tokens" / "sequence=64" / "category=general" / "part-00000.parquet")
    assert sum(map(sum, rows["bytes"].to_pylist())) == sum(r["bytes"] for r in table if r["category"] == "general")
    few = write({"raw": str(runs / "raw")}, runs / "few", 64, most=500)
    assert 0 < few["bytes"] < said["bytes"]


def test_what_cannot_be_compared_is_one_sentence(runs, folder, capsys):
    from curate.recipe import load
    from pipelines.options import Options
    from pipelines.run import curate as run

    run(load(str(folder / "small.yaml")), str(folder / "all"), Options(workers=1))
    for arguments, said in (
        (("raw", "all"), "its recipe holds nothing out"),
        (("raw", "nowhere"), "nowhere: holds no tokens/; name the folder of a finished run"),
        (("raw", "x=raw/../curated@art:1"), "art"),
    ):
        code, _, failed = ran(capsys, "ablate", *(_at(runs, one) for one in arguments), "-o", runs / "bad")
        assert code == 2 and said in failed and failed.count("\n") == 1
    wrong = ("--tokens many", "--tokens 1e400", "--sizes huge", "--unique 0", "--set rate.peek=1")
    for option, value in map(str.split, wrong):
        code, _, failed = ran(capsys, "ablate", runs / "raw", runs / "curated", "-o", runs / "bad", option, value)
        assert code == 2 and failed.count("\n") == 1


def _at(runs, arm):
    name, equals, path = arm.rpartition("=")
    return f"{name}{equals}{runs / path}"
