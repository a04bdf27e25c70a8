"""A record that kills its process in `measure` or `clean` is set aside; its shard and all other records go on."""

import json
import random
import shutil
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pytest
import yaml

import curate
from curate.recipe import load
from pipelines.run import Options
from pipelines.run import curate as run
from tests.pipelines import inputs

PLUGIN = Path(__file__).with_name("deadly_plugin.py")
FILES = ("signals", "sketches", "lines")


@pytest.fixture(scope="module")
def runs(tmp_path_factory) -> SimpleNamespace:
    """`calm`: where nobody dies; `deadly`: two records kill; `again`: the same, but it was known from the start."""
    base = tmp_path_factory.mktemp("quarantine")
    recipe = _recipe(base)
    results = {"calm": run(recipe, str(base / "calm"), Options(workers=1))}
    (base / "armed").touch()
    results["deadly"] = run(recipe, str(base / "deadly"), Options(workers=2))
    for known in (base / "deadly" / "work").glob("*/quarantine"):
        shutil.copytree(known, base / "again" / "work" / known.parent.name / "quarantine")
    results["again"] = run(recipe, str(base / "again"), Options(workers=1))
    return SimpleNamespace(**{name: base / name for name in results}, results=results)


def _recipe(base):
    shutil.copy(PLUGIN, base / "deadly.py")
    draw, words = random.Random(5), {13: "mortal", 27: "fatal"}
    texts = [f"{words.get(n, 'harmless')} {inputs.prose(draw, 90)}\n{inputs.FOOTER}" for n in range(50)]
    (base / "pages.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in [*texts, " "]))
    sections = {
        **inputs.RECIPE,
        "plugins": ["deadly.py"],
        "sources": [{"paths": ["pages.jsonl"], "group": "web"}],
        "hosts": [],
        "select": [{"signal": "deadly.bytes", "min": 1}],
        "categories": [],
        "mix": {"shares": "natural"},
    }
    (base / "recipe.yaml").write_text(yaml.safe_dump(sections))
    return load(str(base / "recipe.yaml"))


def table(folder, phase, name):
    return ds.dataset(sorted(map(str, (folder / "work").glob(f"{phase}-*/{name}-*.parquet")))).to_table()


def aside(folder, phase):
    rows = curate.open(folder).ledger().to_table().to_pylist()
    return [row for row in rows if row["action"] == "quarantine" and row["phase"] == phase]


def without(found: pa.Table, ids) -> pa.Table:
    """Rows of the two shards one after the other: told apart by order, since a row number occurs in both."""
    return found.filter(pc.invert(pc.is_in(found["row"], pa.array([id & 0xFFFFFFFF for id in ids]))))


@pytest.mark.parametrize(("phase", "word"), [("measure", "mortal"), ("clean", "fatal")])
def test_the_culprit_is_in_quarantine_with_its_text_and_the_reason(phase, word, runs):
    (row,) = aside(runs.deadly, phase)
    assert (row["rule"], row["detail"]) == (f"{phase}.quarantined", "process ended with -11")
    (told,) = curate.open(runs.deadly).explain(row["id"])
    assert told.fate == f"set aside in {phase} by {phase}.quarantined"
    assert told.document["text"].startswith(word) and row["chars_before"] == told.document["chars"]


def test_books_balance_and_the_report_and_the_result_count_those_set_aside(runs):
    audit = json.loads((runs.deadly / "report" / "audit.json").read_text())
    assert [row["phase"] for row in audit["funnel"] if row["unbalanced"]] == []
    rules = {row["rule"]: row["documents"] for row in audit["rules"]}
    assert rules["measure.quarantined"] == rules["clean.quarantined"] == 1
    assert runs.results["deadly"].quarantined == 2 and runs.results["calm"].quarantined == 0


@pytest.mark.parametrize("name", FILES)
def test_all_other_rows_of_measure_are_those_of_a_run_in_which_nobody_died(name, runs):
    gone = [row["id"] for row in aside(runs.deadly, "measure")]
    calm, deadly = table(runs.calm, "measure", name), table(runs.deadly, "measure", name)
    assert without(calm, gone).equals(deadly) and deadly.num_rows == calm.num_rows - 1


def test_no_later_phase_sees_those_set_aside(runs):
    gone = {row["id"] for phase in ("measure", "clean") for row in aside(runs.deadly, phase)}
    texts = curate.open(runs.deadly).text().to_table(["id", "text"]).to_pylist()
    assert len(gone) == 2 and not gone & {row["id"] for row in texts}
    assert not any(word in row["text"] for row in texts for word in ("mortal", "fatal"))
    assert len(texts) == curate.open(runs.calm).text().count_rows() - 2


def test_attempts_leave_no_trace_in_the_products(runs, digests):
    assert digests(runs.deadly) == digests(runs.again)
