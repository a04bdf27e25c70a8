"""A whole ablation of toy size: text against text with noise in it, mixes, the annealing probe, and going on."""

import json
import re

import numpy as np
import pytest

from tests.trainer.ablate import made
from trainer.ablate import page, plan, runs
from trainer.ablate.ablate import Asked, ablate
from trainer.ablate.plan import Plan
from trainer.errors import TrainingError

KINDS = {"general": 0, "math": 1}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("ablation")
    made.corpus(root / "noisy", 1, KINDS, noise=0.7)
    made.corpus(root / "clean", 2, KINDS, noise=0.0)
    made.corpus(root / "new", 3, {"code": 2})
    made.held_out(root / "held-out", {**KINDS, "code": 2})
    return root


def asked(folder, **more):
    arms = tuple(plan.arm(str(folder / name)) for name in ("noisy", "clean"))
    given = {"sizes": ("32x1",), "tokens": (2560,), "seeds": 2, "length": made.LENGTH}
    return Plan(arms, **{**given, "changes": {"rate.peak": 0.01}, **more})


def made_of(folder, more=None, **changes):
    return ablate(asked(folder, **changes), folder / "held-out", folder / "out", more, lambda said: None)


@pytest.fixture(scope="module")
def results(folder):
    return made_of(folder, Asked(search=6, anneal=plan.arm(str(folder / "new")), anneal_tokens=1280))


def test_text_without_noise_is_the_better_corpus_and_told_apart(results):
    (found,) = results["comparisons"]
    assert (found["against"], found["arm"]) == ("noisy", "clean")
    for name in ("all", "general", "math"):
        assert found["groups"][name]["value"] < 0
    assert found["groups"]["all"]["documents"] == 18
    assert len(found["groups"]["all"]["by_seed"]) == 2


def test_every_arm_is_trained_on_as_many_tokens(results):
    assert {point["trained_tokens"] for point in results["points"]} == {2560}
    assert [arm["epochs"] for arm in results["arms"]] == [{"32x1-2560": 2560 / (48 * 64)}] * 2


def test_figures_beside_the_page_are_those_returned(folder, results):
    assert json.loads((folder / "out" / "results.json").read_text()) == json.loads(json.dumps(results))


def test_the_page_needs_neither_script_nor_network_and_says_what_was_found(folder, results):
    text = (folder / "out" / "index.html").read_text()
    assert "<script" not in text and "http" not in text.replace("http-equiv", "")
    assert "default-src 'none'" in text
    assert text.count("<svg") == 5
    for said in (*page.verdicts(results), "Search over mixes", "Annealing probe", "xz, all as one", "bigram of clean"):
        assert said.replace("'", "&#39;") in text


def test_an_arm_of_a_hostile_name_is_only_text(results):
    hostile = json.loads(json.dumps(results).replace("clean", "<script>alert(1)</script>"))
    assert "<script" not in page.render(hostile)


def test_what_was_trained_is_not_trained_again(folder, results, monkeypatch):
    def refused(*arguments):
        raise AssertionError("trained again")

    monkeypatch.setattr(runs, "_trained", refused)
    again = made_of(folder)
    assert again["comparisons"] == results["comparisons"]
    with pytest.raises(AssertionError, match="trained again"):
        made_of(folder, seeds=3)
    with pytest.raises(AssertionError, match="trained again"):
        made_of(folder, changes={"rate.peak": 0.02})


def test_the_search_verifies_a_mix_of_the_categories_there_are(results):
    found = results["search"]
    assert found["categories"] == ["general", "math"] and len(found["tried"]) == 6
    assert sum(found["best"]) == pytest.approx(1)
    assert found["tried"][0]["shares"] == found["natural"] == [0.5, 0.5]
    measured = found["verified"]["natural mix"]["by_seed"]
    assert measured[0] == pytest.approx(found["tried"][0]["measured"])


def test_the_probe_finds_that_new_text_helps_with_its_own_kind(results):
    found = results["anneal"]
    assert found["share"] == 0.3 and found["tokens"] == 1280
    assert found["epochs_of_new"] == pytest.approx(0.3 * 1280 / (24 * 64))
    assert found["groups"]["code"]["difference"]["value"] < 0
    assert found["groups"]["all"]["base"] < found["before"]


def test_repetition_reads_the_same_rows_again(folder):
    found = made_of(folder, unique=(640,), seeds=1)
    assert [arm["epochs"] for arm in found["arms"]] == [{"32x1-2560-of-640": pytest.approx(4)}] * 2
    assert all("one seed" in said for said in page.verdicts(found))


def test_other_vocabularies_and_searches_that_cannot_be_are_told_before_training(folder, monkeypatch):
    monkeypatch.setattr(runs, "_trained", None)
    with pytest.raises(TrainingError, match="too few for a regression"):
        made_of(folder, Asked(search=3))
    lone = Plan((plan.arm(str(folder / "new")),), ("32x1",), (2560,), length=made.LENGTH)
    with pytest.raises(TrainingError, match="no mix to choose"):
        ablate(lone, folder / "held-out", folder / "lone", Asked(search=6), lambda said: None)
    with pytest.raises(TrainingError, match="both called noisy"):
        made_of(folder, Asked(anneal=plan.arm(str(folder / "noisy"))))


def test_a_model_that_has_no_finite_loss_is_told(folder, monkeypatch):
    monkeypatch.setattr(runs, "_trained", lambda *of: (np.array([np.nan]), {}))
    with pytest.raises(TrainingError, match="no finite loss"):
        made_of(folder, seeds=4)


def test_folders_of_runs_are_told_apart_by_what_they_depend_on(folder, results):
    names = [place.name for place in (folder / "out" / "runs").iterdir()]
    assert len(names) == len(set(names))
    assert all(re.search(r"-[0-9a-f]{10}$", name) for name in names)


def test_steps_whose_loss_was_no_number_are_left_out_of_the_curve(tmp_path):
    said = [{"tokens": 10, "loss": loss} for loss in (4.0, None, 2.0)]
    (tmp_path / "metrics.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in said))
    assert runs._losses(tmp_path) == [[10, 4.0], [30, 2.0]]
    (tmp_path / "metrics.jsonl").write_text(json.dumps(said[1]) + "\n")
    assert runs._losses(tmp_path) == []
