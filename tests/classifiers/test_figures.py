"""What a card says of a trained model, where the answer is known."""

import numpy as np
import pyarrow as pa
import pytest

from classifiers.figures import figures
from classifiers.labels import Labels
from classifiers.scorer import of_positive
from tests.classifiers.test_sides import THREE, TWO, judged


def test_a_model_that_knows_has_an_auc_of_one_and_cuts_between_the_classes():
    one = judged(TWO, [(str(n % 2), f"site{n}") for n in range(200)])
    p = np.where(one.classes == 1, 0.8, 0.1)
    told = figures(one, np.stack([1 - p, p], 1), one, np.stack([1 - p, p], 1), 0)
    assert told.metrics["auc"] == 1 and told.metrics["auc_interval"] == [1, 1]
    assert (told.metrics["documents"], told.metrics["keys"]) == (200, 200)
    assert told.thresholds["yield"]["0.5"] > 900 and told.thresholds["precision"]["0.99"] > 900
    assert told.calibration["kind"] == "isotonic" and told.metrics["calibration_error"] < 0.02


def test_a_model_that_guesses_has_an_auc_of_a_half():
    one = judged(TWO, [(str(n % 2), f"site{n}") for n in range(200)])
    told = figures(one, np.full((200, 2), 0.5), one, np.full((200, 2), 0.5), 0)
    assert told.metrics["auc"] == 0.5 and "0.9" not in told.thresholds["precision"]


def test_cuts_are_of_the_scores_that_a_scorer_gives():
    """A text without features has 0 whatever the calibration says, though half of such texts are spam here."""
    one = judged(TWO, [(str(n % 2), f"site{n}") for n in range(200)])
    p = np.where(np.arange(200) < 100, 0.0, np.where(one.classes == 1, 0.9, 0.2))
    told = figures(one, np.stack([1 - p, p], 1), one, np.stack([1 - p, p], 1), 0)
    scores = of_positive(told.calibration, p)
    assert (scores[:100] == 0).all() and scores[100:].min() > 0
    assert told.thresholds["yield"]["0.9"] == 0
    assert set(told.thresholds["yield"].values()) <= set(scores.tolist())
    assert {row["least"] for row in told.metrics["by_yield"]} <= set(scores.tolist())


def test_cuts_weigh_documents_by_what_they_stand_for():
    """Of ten spam documents and ten others at each score; the others stand for nine of the corpus each."""
    one = judged(TWO, [(str(n % 2), f"site{n}") for n in range(200)])
    weight = pa.array(np.where(one.classes == 1, 1.0, 9.0))
    one = Labels(
        one.task,
        one.table.set_column(one.table.schema.get_field_index("weight"), "weight", weight),
        one.classes,
        one.keys,
    )
    p = np.repeat(np.arange(10) / 10 + 0.05, 20)
    told = figures(one, np.stack([1 - p, p], 1), one, np.stack([1 - p, p], 1), 0)
    assert "0.5" not in told.thresholds["precision"]
    assert all(row["precision"] == pytest.approx(0.1) for row in told.metrics["by_yield"])
    assert told.metrics["average_precision"] == pytest.approx(0.1)


def test_the_auc_of_few_keys_has_no_interval():
    one = judged(TWO, [(str(n % 2), f"site{n // 2 % 9}") for n in range(200)])
    p = np.where(one.classes == 1, 0.8, 0.1)
    told = figures(one, np.stack([1 - p, p], 1), one, np.stack([1 - p, p], 1), 0).metrics
    assert (told["keys"], told["auc"], told["auc_interval"]) == (9, 1, [None, None])


def test_several_classes_have_accuracy_and_no_cuts():
    one = judged(THREE, [(("arts", "science", "sports")[n % 3], f"site{n}") for n in range(90)])
    p = np.full((90, 3), 0.1)
    p[np.arange(90), np.where(one.classes == 2, 0, one.classes)] = 0.8
    told = figures(one, p, one, p, 0)
    assert told.metrics["accuracy"] == pytest.approx(2 / 3, abs=1e-6)
    assert told.metrics["f1"] == {"arts": pytest.approx(2 / 3, abs=1e-6), "science": 1, "sports": 0}
    assert told.calibration["kind"] == "temperature" and told.thresholds == {}
