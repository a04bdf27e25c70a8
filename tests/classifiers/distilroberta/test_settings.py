"""Settings: defaults by what is started from, and one sentence for what is wrong."""

import pytest

from classifiers.distilroberta import settings


def test_a_model_from_scratch_learns_faster_and_reads_less():
    tuned, scratch = settings.of(None, scratch=False), settings.of({}, scratch=True)
    assert tuned.max_tokens == 512 and tuned.learning_rate < scratch.learning_rate
    assert scratch.max_tokens < tuned.max_tokens and scratch.epochs > tuned.epochs


def test_what_is_given_wins_and_may_be_text_from_a_command_line():
    found = settings.of({"epochs": "7", "learning_rate": "2e-4", "balance": "false"}, scratch=True)
    assert (found.epochs, found.learning_rate, found.balance) == (7, 2e-4, False)


@pytest.mark.parametrize(
    ("given", "scratch", "why"),
    [
        ({"epoch": 3}, True, "epoch: there is no key 'epoch'.*epochs"),
        ({"epochs": 0}, True, "setting epochs: 0 must be greater than or equal to 1"),
        ({"epochs": "many"}, True, "setting epochs: "),
        ({"precision": "int8"}, True, "setting precision: 'int8' is none of auto, bf16, fp32"),
        ({"overlap": 200}, True, "overlap: 200 is half of a window"),
        ({"hidden": 100, "heads": 3}, True, "hidden: 100 cannot be divided among 3 heads"),
        ({"layers": 2}, False, "setting layers: the base model has its own"),
    ],
)
def test_a_wrong_setting_is_refused_by_name(given, scratch, why):
    with pytest.raises(ValueError, match=why):
        settings.of(given, scratch)


def test_a_card_names_sizes_only_of_a_model_that_they_made():
    assert "layers" in settings.on_card(settings.of({}, True), True)
    assert "layers" not in settings.on_card(settings.of({}, False), False)
