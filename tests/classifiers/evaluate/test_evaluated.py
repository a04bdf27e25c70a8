"""What an evaluation measures, where the answer is known."""

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

from classifiers import metrics, splits
from classifiers.evaluate import tables
from classifiers.evaluate.evaluated import evaluated
from tests.classifiers.evaluate import worlds

TEST = worlds.tested(worlds.TWO, 3)


def two(rows, **more):
    return evaluated(worlds.Written(worlds.card(worlds.TWO, **more)), worlds.labels(worlds.TWO, rows))


def test_only_keys_that_the_seed_kept_for_testing_judge():
    keys = [f"site{n}" for n in range(200)]
    judged = worlds.labels(worlds.TWO, [(f"p=0.{n % 9 + 1}", str(2 * (n % 2)), key) for n, key in enumerate(keys)])
    found = evaluated(worlds.Written(worlds.card(worlds.TWO)), judged)
    kept = splits.split(keys, 1) == splits.TEST
    assert (found["documents"], found["keys"]) == (kept.sum(), kept.sum())
    assert found["classes"] == {"no": int((kept[::2]).sum()), "yes": int((kept[1::2]).sum())}


def test_the_auc_is_that_of_the_scores_that_are_written_with_an_interval_by_key():
    judged = worlds.of_two(300)
    found = evaluated(worlds.Written(worlds.card(worlds.TWO)), judged)
    p = np.array([float(text[2:7]) for text in judged.texts.to_pylist()])
    assert found["auc"]["value"] == pytest.approx(metrics.auc(judged.classes, p), abs=1e-6)
    low, high = metrics.interval(lambda w: metrics.auc(judged.classes, p, w), judged.keys, 1)
    assert (found["auc"]["low"], found["auc"]["high"]) == pytest.approx((low, high), abs=1e-6)


def test_calibration_is_shown_before_and_after():
    rows = [(f"p=0.9 {n}", "2" if n < 50 else "0", TEST[n % 3]) for n in range(100)]
    found = two(rows, calibration={"kind": "isotonic", "x": [0, 0.9, 1], "y": [0, 0.5, 1]})
    assert found["calibration"]["before"]["error"] == pytest.approx(0.4)
    assert found["calibration"]["after"]["error"] == pytest.approx(0, abs=1e-6)
    assert [row["n"] for row in found["calibration"]["after"]["bins"]] == [100]


def test_baselines_are_read_in_their_better_direction():
    rows = [("p=0.5 " + "x" * (2 + n) * (n % 2 == 0), str(2 * (n % 2)), TEST[n % 3]) for n in range(60)]
    rows += [("p=0.5 $ {", "2", TEST[0]), ("p=0.5 $ }", "2", TEST[1])]
    length, dollars, braces = two(rows)["baselines"]
    assert (length["name"], length["direction"], length["value"] > 0.8) == ("length alone", "less is positive", True)
    assert dollars["direction"] == "more is positive" and dollars["value"] == braces["value"] > 0.5


def test_cuts_by_precision_of_the_card_are_held_to_account():
    rows = [(f"p=0.{9 if n < 40 else 1} {n}", "2" if n < 30 else "0", TEST[n % 3]) for n in range(80)]
    (row,) = two(rows, thresholds={"precision": {"0.9": 640}})["cuts"]
    assert (row["promised"], row["least"], row["kept"], row["precision"], row["recall"]) == (0.9, 0.64, 40, 0.75, 1.0)
    assert row["low"] <= 0.75 <= row["high"] and row["low"] < row["high"]


def test_cuts_by_precision_weigh_documents_by_what_they_stand_for():
    rows = [(f"p=0.9 {n}", "2" if n < 30 else "0", TEST[n % 3], {"weight": 1.0 if n < 30 else 9.0}) for n in range(40)]
    rows += [(f"p=0.1 {n}", "2", TEST[n % 3], {"weight": 30.0}) for n in range(3)]
    (row,) = two(rows, thresholds={"precision": {"0.9": 640}})["cuts"]
    assert (row["kept"], row["precision"], row["recall"]) == (40, 0.25, 0.25)
    assert row["low"] <= 0.25 <= row["high"]
    alone = metrics.wilson(0.25 * 120**2 / 840, 120**2 / 840)  # 40 documents know as much as 17 of equal weight
    assert row["low"] <= round(alone[0], 6) and row["high"] >= round(alone[1], 6)


def test_yields_weigh_documents_by_what_they_stand_for():
    rows = [("p=0.9", "2", TEST[0], {"weight": 1.0}), ("p=0.5", "0", TEST[1], {"weight": 8.0}), ("p=0.1", "2", TEST[2])]
    found = two(rows)
    assert found["weighted"] and found["share_positive"] == 0.2
    assert {row["yield"]: row["precision"] for row in found["by_yield"]}[0.1] == 1.0
    assert {row["yield"]: row["precision"] for row in found["by_yield"]}[0.9] == pytest.approx(1 / 9, abs=1e-6)


def test_parts_have_figures_of_their_own_and_the_largest_come_first():
    rows = [(f"p=0.{n % 9 + 1}", str(2 * (n % 2)), TEST[0], {"language": "en"}) for n in range(40)]
    rows += [("p=0.2", "0", TEST[1], {"language": "de"}), ("p=0.8", "2", TEST[2], {"language": "de"})]
    rows += [("p=0.7", "0", TEST[2], {"language": "fr"})]
    by = {table["by"]: table for table in two(rows)["tables"]}
    assert list(by) == ["language", "group", "key"]  # hosts are the keys here, and one table says it
    en, de, fr = by["language"]["rows"]
    assert (en["name"], en["documents"], en["keys"], en["positive"]) == ("en", 40, 1, 20)
    assert de["auc"] == {"value": 1.0, "low": None, "high": None, "keys": 2} and de["right"]["value"] == 1.0
    assert fr["auc"] is None and fr["right"]["value"] == 0.0 and fr["mean"] == 0.7


def test_hosts_have_a_table_where_keys_are_something_else():
    rows = [(f"p=0.{n + 1}", str(2 * (n % 2)), TEST[0], {"host": f"h{n % 2}"}) for n in range(8)]
    by = {table["by"]: table for table in two(rows)["tables"]}
    assert [row["name"] for row in by["host"]["rows"]] == ["h0", "h1"]


def test_one_long_key_costs_no_more_than_itself():
    rows = [(f"p=0.{n % 9 + 1}", str(2 * (n % 2)), TEST[n % 3]) for n in range(3000)]
    judged = worlds.labels(worlds.TWO, [*rows, ("p=0.5", "2", "k" * 50_000)])
    scores = np.arange(len(judged)) % 1000
    tracemalloc.start()
    found = tables.of_two(judged, judged.classes == 1, scores)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert {row["name"] for row in found[-1]["rows"]} == set(TEST[:3])
    assert most < 60e6  # as many letters for each key would be 600 MB


def test_mistakes_are_the_surest_first_on_either_side_and_twenty_at_most():
    rows = [("p=0.97 no", "0", TEST[0]), ("p=0.01 yes", "2", TEST[1]), ("p=0.9 right", "2", TEST[2])]
    rows += [(f"p=0.6{n % 10} fill {n}", "0", TEST[0]) for n in range(30)]
    found = two(rows)
    assert [one["text"][7:] for one in found["mistakes"][:2]] == ["yes", "no"]
    assert [one["probability"] for one in found["mistakes"][:3]] == [0.99, 0.97, 0.69]
    assert len(found["mistakes"]) == 20 and found["mistakes_in_all"] == 32
    assert {(one["said"], one["label"]) for one in found["mistakes"]} == {("yes", "no"), ("no", "yes")}


def test_several_classes_have_confusion_f1_and_what_naming_one_always_achieves():
    rows = [("p=0.8,0.1,0.1", "arts", TEST[n % 3]) for n in range(6)]
    rows += [("p=0.7,0.2,0.1", "science", TEST[0]), ("p=0.1,0.8,0.1", "science", TEST[1])]
    found = evaluated(worlds.Written(worlds.card(worlds.THREE)), worlds.labels(worlds.THREE, rows))
    assert found["confusion"] == [[6, 0, 0], [1, 1, 0], [0, 0, 0]]
    assert found["accuracy"]["value"] == 7 / 8
    assert [row["f1"] for row in found["by_class"]] == [
        pytest.approx(12 / 13, abs=1e-6),
        pytest.approx(2 / 3, abs=1e-6),
        None,
    ]
    assert found["most_frequent"] == {"class": "arts", "accuracy": 0.75, "macro_f1": pytest.approx(3 / 7, abs=1e-6)}
    assert [(one["said"], one["label"]) for one in found["mistakes"]] == [("arts", "science")]


def test_empty_texts_are_judged_like_any_other():
    found = two([("", "0", TEST[0]), ("p=0.9", "2", TEST[1]), (" ", "2", TEST[2])])
    assert found["documents"] == 3 and found["auc"]["value"] == 0.75
    assert found["mistakes"][0]["text"] == " "


def test_texts_that_were_also_trained_on_are_counted():
    trained = next(f"other{n}" for n in range(99) if splits.split([f"other{n}"], 1)[0] == splits.TRAIN)
    rows = [("p=0.9 again", "2", TEST[0]), ("p=0.1", "0", TEST[1]), ("p=0.9 again", "2", trained)]
    assert "1 document of 2 occur word for word under keys trained on." in two(rows)["notes"]


def test_labels_of_another_origin_may_judge_whole_and_those_trained_on_may_not():
    judged = worlds.labels(worlds.TWO, [("p=0.9", "2", "a"), ("p=0.1", "0", "b")])
    scorer = worlds.Written(worlds.card(worlds.TWO))
    assert evaluated(scorer, judged, everything=True)["documents"] == 2
    scorer.card = replace(scorer.card, data={"digest": judged.digest})
    with pytest.raises(ValueError, match="are those that the model was trained on"):
        evaluated(scorer, judged, everything=True)


def test_what_cannot_be_measured_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match=r"all 2 documents to judge by are 'no'.*label more"):
        two([("p=0.1", "0", TEST[0]), ("p=0.2", "0", TEST[1])])
    trained = next(f"other{n}" for n in range(99) if splits.split([f"other{n}"], 1)[0] == splits.TRAIN)
    with pytest.raises(ValueError, match=r"of 1 key, none was kept for testing .seed 1.*--all"):
        two([("p=0.1", "0", trained)])
    with pytest.raises(ValueError, match=r"task useful .no, yes., and the labels are of topic .arts, science, sports."):
        evaluated(worlds.Written(worlds.card(worlds.TWO)), worlds.of_three(9))
    with pytest.raises(ValueError, match="question of yes or no; the model tells 3 classes apart"):
        evaluated(worlds.Written(worlds.card(worlds.THREE)), worlds.of_three(9), bias="madlibs.csv")


def test_a_task_that_changed_is_on_the_page():
    notes = two([("p=0.9", "2", TEST[0]), ("p=0.1", "0", TEST[1])], task_digest="another")["notes"]
    assert notes[0] == "The task useful has been changed since the model was trained on it."
    assert notes[-3:] == [
        "2 documents of 2 keys are few: mind the intervals.",
        "Only 1 document judged here is 'no' (less than 2 of the scale).",
        "Only 1 document judged here is 'yes' (2 or more of the scale).",
    ]


def test_whether_it_is_better_than_a_trivial_rule_is_said():
    keys = worlds.tested(worlds.TWO, 20)

    def said(of, keys=keys):
        rows = [(of(n), "2" if n % 2 else "0", keys[n * 7 % len(keys)]) for n in range(200)]
        return two(rows)["verdict"]

    draws = np.random.default_rng(0)
    same = "of length alone and of count of $ and of count of { and }"
    assert said(lambda n: f"p={0.9 if n % 2 else 0.1}") == "Yes: its interval is above that of every rule."
    assert (
        said(lambda n: f"p={0.9 if n % 2 else 0.1}" + " $" * (n % 2))
        == "No: length alone orders these documents as well."
    )
    few = said(lambda n: f"p={0.9 if n % 2 else 0.1}", keys[:4])
    assert few == "It cannot be said: the AUC is higher, but has no interval (too few keys: 4)."
    guess = said(lambda n: f"p={draws.random() * 0.9 + 0.012 * (n % 2):.3f}")
    assert guess == f"No, or not for certain: the intervals of the model and {same} overlap."
