"""A floor of what is found on Presidio's synthetic set: what its recognisers of patterns find there, and more."""

import pytest

from benchmarks.evaluate_pii import Truth, counted, figures, ours

# recall and precision of presidio-analyzer 2.2.366 on the same texts (python -m benchmarks.evaluate pii)
THEIRS = {"email": (1, 1), "ip": (1, 1), "phone": (0.587, 0.7297), "card": (0.7721, 1), "iban": (0.9524, 1)}


@pytest.fixture(scope="module")
def found(data):
    truth = Truth(data)
    return truth, ours(truth.texts)[0]


@pytest.mark.parametrize("kind", THEIRS)
def test_recall_and_precision_are_those_of_presidio_at_least(found, kind):
    truth, places = found
    mine = figures(counted(truth.values(kind), places[kind]))
    assert (mine["recall"][0], mine["precision"][0]) >= THEIRS[kind]
    assert mine["precision"][0] >= THEIRS[kind][1] and mine["whole"][0] >= mine["recall"][0] - 0.02


def test_no_key_is_found_where_there_is_none(found):
    assert found[1]["key"] == []
