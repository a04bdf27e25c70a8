"""What is kept of a model's probabilities, and which folders are models."""

import numpy as np
import pytest

from classifiers.scorer import load, of_probabilities
from curate import model_card
from curate.model_card import Card


def card(**more) -> Card:
    given = {
        "task": "reasoning", "kind": "cascade", "classes": ("no", "yes"), "positive": "yes", "files": {},
        "licence": "CC0-1.0", "task_digest": "0", "seed": 0, "data": {}, "settings": {}, "metrics": {},
    }  # fmt: skip
    return Card(**{**given, **more})


def test_a_score_is_the_positive_class_in_thousandths():
    found = of_probabilities(card(), np.array([[0.25, 0.75], [0.9996, 0.0004], [1, 0]], np.float32))
    assert found.thousandths.tolist() == [750, 0, 0]
    assert found.best.tolist() == [1, 0, 0]


def test_of_several_classes_the_best_is_kept():
    rows = np.array([[0.2, 0.5, 0.3], [1 / 3, 1 / 3, 1 / 3]], np.float32)
    found = of_probabilities(card(classes=("arts", "science", "sports"), positive=None), rows)
    assert found.best.tolist() == [1, 0]
    assert found.thousandths.tolist() == [500, 333]


def test_a_cascade_is_loaded_by_its_parts(tmp_path):
    model_card.write(card(), str(tmp_path))
    with pytest.raises(ValueError, match="a cascade is two models; load the folders fast and slow in it apart"):
        load(str(tmp_path))


def test_a_folder_without_a_card_is_no_model(tmp_path):
    with pytest.raises(ValueError, match="no model of Curate"):
        load(str(tmp_path))


def test_a_card_that_does_not_name_what_it_scores_with_is_refused(tmp_path):
    card = Card("t", "fasttext", ("no", "yes"), "yes", {}, "MIT", "d", 0, {}, {}, {})
    model_card.write(card, str(tmp_path))
    (tmp_path / "model.bin").write_bytes(b"anything")
    with pytest.raises(ValueError, match=r"card\.json does not name model\.bin"):
        load(str(tmp_path))
