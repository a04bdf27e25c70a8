"""A whole run with planted benchmark items: what the rule removes, and what ledger, report and explain say of it."""

import json
import random

import pyarrow.compute as pc
import pytest

import curate
from curate.cli.main import main
from curate.recipe import load
from pipelines.run import Options
from pipelines.run import curate as run

ITEMS = [
    "Ann has 3 apples and buys 14 more; how many apples does she have after eating two of them on Sunday?",
    "def triangle(n): return the sum of all whole numbers from one up to n, as int(n * (n + 1) / 2)",
    "<b>How</b> long is a rope of 12 metres of which a third was cut off and a quarter of the rest burnt?",
    "Who?",
]
RECIPE = """\
base: null
name: contaminated
sources: [{paths: [pages.jsonl]}]
contamination:
  benchmarks: [{name: sums, path: sums.jsonl, fields: [q], id: name}]
rules: [{signal: contamination.best, max: 0.8, groups: all}]
select: [{signal: contamination.share, max: 0.9, groups: all}]
"""
WORDS = ("river", "stone", "garden", "window", "letter", "summer", "mountain", "bread", "paper", "horse", "market")
PLANTS = {
    "wrapped": ITEMS[0].replace(" ", "\n# "),
    "whole": ITEMS[1].upper(),
    "both": f"{ITEMS[0]} {ITEMS[2]}",
    "half": " ".join(ITEMS[0].split()[:15]),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A finished run in `corpus`."""
    root, draw = tmp_path_factory.mktemp("contaminated"), random.Random(4)
    prose = [" ".join(draw.choices(WORDS, k=120)) for _ in range(20)]
    pages = [(f"https://example.org/{n}", text) for n, text in enumerate(prose)]
    pages += [(f"https://example.org/{name}", f"{prose[0][:300]} {plant}") for name, plant in PLANTS.items()]
    (root / "pages.jsonl").write_text("".join(json.dumps({"url": u, "text": t}) + "\n" for u, t in pages))
    rows = [{"name": f"<i>{n}</i>", "q": item} for n, item in enumerate(ITEMS)]
    (root / "sums.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (root / "recipe.yaml").write_text(RECIPE)
    result = run(load(root / "recipe.yaml"), str(root / "corpus"), Options(workers=2))
    (root / "receipt").write_text(result.receipt)
    return root


@pytest.fixture(scope="module")
def audit(folder):
    return json.loads((folder / "corpus" / "report" / "audit.json").read_text())


def test_the_rule_removes_what_holds_an_item_and_the_ledger_says_by_how_much(folder):
    corpus = curate.open(folder / "corpus")
    assert "contamination.share" in corpus.clean().schema.names  # measured again for `select`
    rows = corpus.ledger().to_table(filter=pc.field("action") == "remove").to_pylist()
    assert {row["rule"] for row in rows} == {"contamination.best > 0.8"}
    assert [row["value"] for row in rows] == [1, 1, 1]
    kept = set(corpus.text().to_table(["url"])["url"].to_pylist())
    assert {f"https://example.org/{name}" for name in PLANTS} & kept == {"https://example.org/half"}
    assert len(kept) == 21


def test_the_audit_counts_items_and_documents_by_benchmark(audit):
    [row] = audit["contamination"]["benchmarks"]
    found = {"items_found": 3, "documents_with_items": 4, "documents_hit": 4}
    assert row == {"name": "sums", "items": 4, "ngrams": row["ngrams"], "too_short": 1, "too_common": 0, **found}
    assert audit["contamination"]["notes"] == ["sums: not looked for of 4 items: 1 too short"]
    assert [rule["documents"] for rule in audit["rules"]] == [3]


def test_page_and_receipt_show_it_and_the_page_escapes_what_documents_hold(folder):
    page = (folder / "corpus" / "report" / "index.html").read_text()
    assert "Benchmarks in the input" in page
    assert "&lt;i&gt;2&lt;/i&gt;" in page and "<i>2" not in page
    receipt = (folder / "receipt").read_text()
    assert "sums" in receipt and "1 too short" in receipt


def test_explain_names_the_items(folder, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["explain", str(folder / "corpus"), "https://example.org/both"])
    said = capsys.readouterr().out
    assert not stopped.value.code
    assert "removed in filter by contamination.best > 0.8" in said
    assert "benchmark items in it" in said
    assert "sums <i>0</i>: 100% of its words, 100% of its n-grams" in said
    assert "sums <i>2</i>: 100% of its words, 100% of its n-grams" in said


def test_a_changed_benchmark_is_measured_again_and_a_moved_one_is_not(folder):
    from pipelines.phases import measure

    before = measure.settings(load(folder / "recipe.yaml"))
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "sums.jsonl").write_bytes((folder / "sums.jsonl").read_bytes())
    (folder / "moved.yaml").write_text(RECIPE.replace("path: sums", "path: elsewhere/sums"))
    assert measure.settings(load(folder / "moved.yaml")) == before
    (elsewhere / "sums.jsonl").write_text('{"q": "other", "name": 1}\n')
    assert measure.settings(load(folder / "moved.yaml")) != before
