"""Where a model may be trained to."""

import pytest

from classifiers import place
from curate import model_card
from curate.model_card import Card


def write(folder, task):
    model_card.write(Card(task, "fasttext", ("no", "yes"), "yes", {}, "MIT", "d", 0, {}, {}, {}), str(folder))


def test_nothing_and_an_empty_folder_and_a_model_of_the_same_task_will_do(tmp_path):
    place.refuse(str(tmp_path / "none"), "cooking")
    place.refuse(str(tmp_path), "cooking")
    write(tmp_path, "cooking")
    place.refuse(str(tmp_path), "cooking")


def test_a_model_of_another_task_stays(tmp_path):
    write(tmp_path, "adult")
    with pytest.raises(
        ValueError, match="holds a model of the task adult, not cooking; name another folder, or remove"
    ):
        place.refuse(str(tmp_path), "cooking")


def test_other_files_and_cards_that_nobody_can_read_stay(tmp_path):
    (tmp_path / "card.json").write_text("{")
    with pytest.raises(ValueError, match=r"its card\.json is not one that can be read; remove the folder"):
        place.refuse(str(tmp_path), "cooking")
    (tmp_path / "card.json").rename(tmp_path / "notes.txt")
    with pytest.raises(ValueError, match="is not empty and holds no model; name another folder"):
        place.refuse(str(tmp_path), "cooking")
