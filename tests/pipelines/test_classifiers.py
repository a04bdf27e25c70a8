"""Whole runs with real, tiny classifiers: scores, cuts, topics, cascades, and what a killed run leaves."""

import json
import shutil
from collections import Counter
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
import yaml

import curate
from classifiers.scorer import load as load_model
from classifiers.scorer import scores
from curate import model_card
from curate.recipe import load
from pipelines.run import Options
from pipelines.run import curate as run
from tests.pipelines import classified
from tests.pipelines.test_same_bytes import LONELY, _can_be_lonely

CUT = {"classifiers": [{**classified.REASONED, "keep_best": 0.3}, classified.TOPICS]}
SAMPLED = {**CUT, "topics": {"task": "topic", "caps": {"arts": 0.3}, "seed": 5}}
CASCADE = {"classifiers": [{**classified.REASONED, "model": "models/cascade", "keep_best": 0.3, "by": "none"}]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return classified.make(tmp_path_factory.mktemp("classified") / "input")


@pytest.fixture(scope="module")
def cut(folder):
    """`corpus`, `audit` and `receipt` of a run with a cut by yield and capped topics."""
    out = folder.parent / "cut"
    result = run(classified.recipe(folder, "cut", **SAMPLED), str(out), Options(workers=2))
    audit = json.loads((out / "report" / "audit.json").read_text())
    return SimpleNamespace(folder=out, corpus=curate.open(out), audit=audit, receipt=result.receipt)


@pytest.fixture(scope="module")
def cascade(folder):
    out = folder.parent / "cascade"
    run(classified.recipe(folder, "cascade", **CASCADE), str(out), Options(workers=2))
    return out


def said(out, model, folder):
    """(id, language, thousandths) of every web page that came to `score`, by the model itself."""
    documents = {}
    for shard, path in curate.open(out).files("clean", "clean").items():
        about = pa.parquet.read_table(curate.open(out).files("extract", "documents")[shard]).to_pylist()
        about = {row["row"]: row for row in about}
        for row in pa.parquet.read_table(path, columns=["row", "text"]).to_pylist():
            if about[row["row"]]["group"] == "web":
                documents[shard << 32 | row["row"]] = (about[row["row"]]["language"], row["text"])
    scorer = load_model(str(folder / "models" / model), "cpu")
    found = scores(scorer, pa.array([text for _, text in documents.values()]))
    return list(zip(documents, [x for x, _ in documents.values()], found.thousandths.tolist(), strict=True))


def removed(corpus, prefix):
    rows = corpus.ledger().to_table(filter=pc.field("action") == "remove").to_pylist()
    return [row for row in rows if row["rule"].startswith(prefix)]


def nearest(values, share):
    """The cut by its definition: of all cuts the one whose share of kept documents is nearest, then the higher."""
    gaps = [(abs(sum(v >= c for v in values) - Fraction(str(share)) * len(values)), -c) for c in set(values)]
    return -min(gaps)[1]


def test_scores_in_text_are_the_models_and_pages_outside_its_groups_have_none(cut, folder):
    text = cut.corpus.text().to_table().to_pylist()
    expected = {id: score for id, _, score in said(cut.folder, "reasoning", folder)}
    assert {row["group"] for row in text} == {"web", "reference"}
    for row in text:
        assert (row["classifier.reasoning"] is None) == (row["group"] == "reference") == (row["id"] not in expected)
        if row["group"] == "web":
            assert row["classifier.reasoning"] == np.float32(expected[row["id"]] / 1000)
            assert row["classifier.topic"] in ("arts", "science", "sports") and row["classifier.topic.probability"] > 0


def test_the_cut_by_yield_is_its_definition_in_each_language_and_each_removal_has_its_row(cut, folder):
    everything = said(cut.folder, "reasoning", folder)
    languages = sorted({language for _, language, _ in everything})
    assert {"de", "en"} <= set(languages)
    cuts = {one: nearest([s for _, language, s in everything if language == one], 0.3) for one in languages}
    rows = {row["id"]: row for row in removed(cut.corpus, "classifier.")}
    assert set(rows) == {id for id, language, score in everything if score < cuts[language]}
    for id, language, score in everything:
        if row := rows.get(id):
            assert row["rule"] == f"classifier.reasoning < {cuts[language] / 1000:g}"
            assert (row["value"], row["threshold"]) == (score / 1000, cuts[language] / 1000)
            assert row["tokens_before"] > 0 == row["tokens_after"]
    assert cut.audit["classifiers"][0]["cuts"] == {one: cuts[one] / 1000 for one in languages}


def test_topics_are_sampled_to_their_caps_and_the_books_balance(cut):
    [topics] = cut.audit["topics"]
    arts = next(row for row in topics["rows"] if row["topic"] == "arts")
    assert arts["share"] > 0.4 and abs(arts["share_after"] - 0.3) < 0.2
    gone = removed(cut.corpus, "topics.over_cap")
    assert len(gone) == arts["documents"] - arts["documents_after"] > 0
    assert {(row["detail"], row["threshold"], round(row["value"], 6)) for row in gone} == {("arts", 0.3, arts["share"])}
    kept = Counter(cut.corpus.text().to_table(["classifier.topic"])["classifier.topic"].to_pylist())
    assert [kept[row["topic"]] for row in topics["rows"]] == [row["documents_after"] for row in topics["rows"]]
    assert all(row["unbalanced"] == [] for row in cut.audit["funnel"])


def test_receipt_page_and_explain_tell_scores_cuts_and_what_was_off(cut):
    assert "best 0.3 of each language" in cut.receipt and "kept from de" in cut.receipt
    assert "! off: classifiers cited, quality, code and adult (not in the recipe)" in cut.receipt
    page = (cut.folder / "report" / "index.html").read_text()
    assert "<h2>Classifiers</h2>" in page and "<h2>By topic</h2>" in page
    row = removed(cut.corpus, "classifier.")[0]
    explained = str(cut.corpus.explain(row["id"]))
    assert f"removed in select by {row['rule']}" in explained
    assert f"cut {row['threshold']:g}" in explained and "classifier.topic" in explained


def test_the_example_beside_a_cut_is_of_the_same_language(cut):
    rule = next(rule for rule in cut.audit["rules"] if rule["rule"].startswith("classifier."))
    assert rule["removed"]["value"] < rule["kept"]["value"]
    assert float(rule["rule"].split("< ")[1]) <= rule["kept"]["value"]


def test_one_worker_and_another_folder_give_the_same_bytes(cut, folder, digests, tmp_path):
    run(classified.recipe(folder, "cut", **SAMPLED), str(tmp_path / "one"), Options(workers=1))
    assert digests(tmp_path / "one") == digests(cut.folder)


def test_the_resolved_recipe_cuts_at_the_scores_that_were_found(cut, folder, digests, tmp_path):
    resolved = yaml.safe_load((cut.folder / "recipe.yaml").read_text())
    [reasoning, _] = resolved["classifiers"]
    assert reasoning["min"] == cut.audit["classifiers"][0]["cuts"] and reasoning["found_by"] == {"keep_best": 0.3}
    assert "keep_best" not in reasoning
    assert reasoning["found_with"] == model_card.digest(str(folder / "models" / "reasoning"))[:12]
    again = load(str(shutil.copy(cut.folder / "recipe.yaml", tmp_path / "again.yaml")))
    run(again, str(tmp_path / "again"), Options(workers=2))
    one, other = digests(tmp_path / "again"), digests(cut.folder)
    assert {name for name in other if one[name] != other[name]} == set()


def test_a_new_cut_scores_nothing_anew(cut, folder, tmp_path):
    out = shutil.copytree(cut.folder, tmp_path / "corpus")
    files = sorted(out.glob("work/classifier.*/*/*.parquet"))
    before = [path.stat().st_mtime_ns for path in files]
    other = {"classifiers": [{**classified.REASONED, "min": 0.5}, classified.TOPICS]}
    ran = run(classified.recipe(folder, "other", **other), str(out), Options(workers=2)).ran
    assert ran[0] == "select"
    assert [path.stat().st_mtime_ns for path in files] == before
    rows = removed(curate.open(out), "classifier.reasoning")
    assert {row["rule"] for row in rows} == {"classifier.reasoning < 0.5"} and all(row["value"] < 0.5 for row in rows)


def test_another_classifiers_score_spares_from_a_cut(cut, folder, tmp_path):
    out = shutil.copytree(cut.folder, tmp_path / "corpus")
    spared = {"signal": "classifier.topic.probability", "min": 0.9}
    kept = {"classifiers": [{**classified.REASONED, "min": 1, "unless": spared}, classified.TOPICS]}
    meant = {"topics": {"task": "topic", "targets": {"arts": 0.4}, "seed": 1}}
    run(classified.recipe(folder, "spared", **kept, **meant), str(out), Options(workers=2))
    _arts_are_at_their_target(json.loads((out / "report" / "audit.json").read_text()), curate.open(out))
    text = curate.open(out).text().to_table(filter=pc.field("group") == "web").to_pylist()
    gone = removed(curate.open(out), "classifier.reasoning < 1")
    assert text and gone
    assert all(
        row["classifier.topic.probability"] >= np.float32(0.9) for row in text if row["classifier.reasoning"] < 1
    )
    explained = [curate.open(out).explain(row["id"])[0].scores["classifier.topic.probability"] for row in gone[:5]]
    assert max(explained) < 0.9


def _arts_are_at_their_target(audit, corpus):
    [topics] = audit["topics"]
    arts = next(row for row in topics["rows"] if row["topic"] == "arts")
    others = [row for row in topics["rows"] if row["topic"] != "arts"]
    assert topics["by"] == "targets" and arts["share"] > 0.5 and abs(arts["share_after"] - 0.4) < 0.15
    assert len(others) == 2 and all(row["documents_after"] == row["documents"] for row in others)
    gone = removed(corpus, "topics.over_target")
    assert len(gone) == arts["documents"] - arts["documents_after"] > 0
    assert {(row["detail"], row["threshold"]) for row in gone} == {("arts", 0.4)}


def test_a_cascade_sends_the_band_and_decides_the_rest_by_the_fast_model(cascade, folder):
    fast = {id: score for id, _, score in said(cascade, "reasoning", folder)}
    slow = {id: score for id, _, score in said(cascade, "transformer", folder)}
    told = json.loads(next(cascade.glob("work/score-*/classifiers-00000.json")).read_text())["reasoning"]
    (lowest, highest), threshold = told["bands"]["all"], told["cuts"]["all"]
    corpus, final = curate.open(cascade), {}
    for shard, path in corpus.files("score", "scores").items():
        for row in pa.parquet.read_table(path).to_pylist():
            if row["classifier.reasoning"] is not None:
                final[shard << 32 | row["row"]] = round(row["classifier.reasoning"] * 1000)
    inside = [id for id, score in fast.items() if lowest <= score <= highest]
    assert 0 < len(inside) < len(fast)
    assert all(final[id] == slow[id] for id in inside)
    assert all(final[id] < threshold for id in fast if fast[id] < lowest)
    assert all(final[id] >= threshold for id in fast if fast[id] > highest)
    [entry] = json.loads((cascade / "report" / "audit.json").read_text())["classifiers"]
    assert (entry["kind"], entry["sent"], entry["scored"]) == ("cascade", len(inside), len(fast))
    assert {row["id"] for row in removed(corpus, "classifier.")} == {
        id for id, score in final.items() if score < entry["cuts"]["all"] * 1000
    }


def test_explain_says_which_of_the_cascades_models_scored_a_page(cascade, folder):
    told = json.loads(next(cascade.glob("work/score-*/classifiers-00000.json")).read_text())["reasoning"]
    (lowest, highest), corpus = told["bands"]["all"], curate.open(cascade)
    inside = {id: lowest <= score <= highest for id, _, score in said(cascade, "reasoning", folder)}
    for sent, by in ((True, "slow"), (False, "fast")):
        page = next(id for id in sorted(inside) if inside[id] is sent)
        [explained] = corpus.explain(page)
        assert explained.scored_by == {"classifier.reasoning": by}
        assert f"  by the cascade's {by} model" in str(explained)


def test_a_rule_with_a_cuts_name_and_what_the_mix_leaves_are_counted_apart(folder, tmp_path):
    same = {"signal": "classifier.reasoning", "min": 0.5}
    sections = {
        "classifiers": [{**classified.REASONED, "min": 0.5}, classified.TOPICS],
        "select": [{**same, "languages": ["en"]}],
        "topics": SAMPLED["topics"],
        "mix": {"tokens": 3000},
    }
    run(classified.recipe(folder, "apart", **sections), str(tmp_path / "out"), Options(workers=2))
    corpus, audit = curate.open(tmp_path / "out"), json.loads((tmp_path / "out" / "report" / "audit.json").read_text())
    gone = removed(corpus, "classifier.reasoning < 0.5")
    languages = {}
    for shard, path in corpus.files("extract", "documents").items():
        about = pa.parquet.read_table(path, columns=["row", "language"]).to_pylist()
        languages |= {shard << 32 | row["row"]: row["language"] for row in about}
    by_rule = [row for row in gone if languages[row["id"]] == "en"]
    entry = next(entry for entry in audit["classifiers"] if entry["task"] == "reasoning")
    assert len(by_rule) > 0 < entry["removed"] == len(gone) - len(by_rule)
    arts, *others = audit["topics"][0]["rows"]
    assert arts["documents"] - arts["documents_after"] == len(removed(corpus, "topics.over_cap")) > 0
    assert all(row["documents_after"] == row["documents"] for row in others) and removed(corpus, "mix.sampled_out")


@pytest.mark.nightly
@pytest.mark.may_skip("unshare: servers of Beam listen on every interface, so they run where there is only loopback")
def test_the_transformers_step_gives_the_same_bytes_on_a_portable_engine(cascade, folder, digests, command, tmp_path):
    if not _can_be_lonely():
        pytest.skip("no network namespace of one's own here (unshare -rn)")
    options = ("--engine", "portable", "--job-endpoint", "embed", "--accelerator", "type:nvidia-l4;count:1")
    process = command("run", folder / "cascade.yaml", "-o", tmp_path / "corpus", *options, inside=LONELY)
    assert process.wait(600) == 0, process.stdout.read()
    assert digests(tmp_path / "corpus") == digests(cascade)


def test_a_run_that_was_killed_scores_only_the_shards_that_it_had_not(cascade, folder, digests, tmp_path):
    out = shutil.copytree(cascade, tmp_path / "corpus")
    before = digests(out)
    for phase in ("score", "select", "mix", "pack", "report"):
        shutil.rmtree(next(out.glob(f"work/{phase}-*")))
    files = sorted(out.glob("work/classifier.*/slow-*/*.parquet"))
    lost = files[1]
    (lost.parent / "done" / f"{lost.stem}.json").unlink()
    lost.write_bytes(b"half a file")
    stamps = {path: path.stat().st_mtime_ns for path in sorted(out.glob("work/classifier.*/*/*.parquet"))}
    run(classified.recipe(folder, "cascade", **CASCADE), str(out), Options(workers=2))
    assert digests(out) == before
    assert {path for path in stamps if path.stat().st_mtime_ns != stamps[path]} == {lost}


def test_a_damaged_model_stops_the_run_before_its_first_step(folder, tmp_path):
    models = shutil.copytree(folder / "models", tmp_path / "models")
    recipe = classified.recipe(
        folder, "damaged", classifiers=[{**classified.REASONED, "model": str(models / "topic")} | {"task": "topic"}]
    )
    with open(models / "topic" / "model.bin", "r+b") as file:
        file.seek(100)
        file.write(b"\xff\xff")
    with pytest.raises(ValueError, match=r"model\.bin: is not the file that card\.json names"):
        run(recipe, str(tmp_path / "corpus"), Options(workers=2))
    assert not (tmp_path / "corpus" / "work").exists()
    card = model_card.read(str(models / "topic"), verify=False)
    files = {name: model_card.sha256(str(models / "topic" / name)) for name in card.files}
    assert files != card.files


def test_without_classifiers_no_column_and_no_file_is_there(folder, cut, tmp_path):
    out = tmp_path / "plain"
    result = run(classified.recipe(folder, "plain"), str(out), Options(workers=2))
    corpus = curate.open(out)
    assert not [name for name in corpus.text().schema.names if name.startswith("classifier")]
    assert not list(out.glob("work/classifier*")) and not list(out.glob("work/score-*/classifiers*"))
    assert "(no\n! classifiers: in the recipe)" in result.receipt
