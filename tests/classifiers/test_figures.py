"""What a card says of a trained model, where the answer is known."""

import numpy as np
import pytest

from classifiers.figures import figures
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


def test_several_classes_have_accuracy_and_no_cuts():
    one = judged(THREE, [(("arts", "science", "sports")[n % 3], f"site{n}") for n in range(90)])
    p = np.full((90, 3), 0.1)
    p[np.arange(90), np.where(one.classes == 2, 0, one.classes)] = 0.8
    told = figures(one, p, one, p, 0)
    assert told.metrics["accuracy"] == pytest.approx(2 / 3, abs=1e-6)
    assert told.metrics["f1"] == {"arts": pytest.approx(2 / 3, abs=1e-6), "science": 1, "sports": 0}
    assert told.calibration["kind"] == "temperature" and told.thresholds == {}
