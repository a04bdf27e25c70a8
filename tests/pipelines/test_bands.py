"""What a cascade sends to its slow model, and what it says where that is everything."""

from types import SimpleNamespace

import numpy as np

from classifiers.cascade import joint
from curate.recipe.classifiers import Classifier
from pipelines.classify.bands import bands, remarks

FAST = {language: {str(score): 3 for score in range(0, 1001, 5)} for language in ("de", "en")}


def cascade(held_out, **cut):
    """A model whose two steps agreed on so many held-out documents."""
    said = np.arange(held_out) % 1001
    return SimpleNamespace(
        entry=Classifier(task="quality", model="models/quality", **cut),
        card=SimpleNamespace(settings={"joint": joint(said, said).to_json()}),
        stats=lambda name, shard: {"histogram": FAST},
    )


def test_a_language_without_a_cut_has_nothing_sent_and_nothing_said_of_it():
    model = cascade(50, min={"en": 0.5})
    found = bands(model, [0])
    assert found["en"] == [0, 1000] and found["de"][0] > found["de"][1]
    [said] = remarks(model, found, [0])
    assert said.startswith("classifier.quality for en: ") and "so the slow model runs on all documents" in said


def test_many_languages_are_named_in_one_sentence():
    model = cascade(50, keep_best=0.3)
    counts = {language: {"500": n} for n, language in enumerate(["de", "en", "es", "fr", "it", "ja", "pl"], 3)}
    model.stats = lambda name, shard: {"histogram": counts}
    [said] = remarks(model, bands(model, [0]), [0])
    assert said.startswith("classifier.quality for de, en and 5 more: ") and said.count("documents (effective)") == 1
    model = cascade(50, keep_best=0.3, by="none")
    [said] = remarks(model, bands(model, [0]), [0])
    assert said.startswith("classifier.quality: ")


def test_enough_held_out_documents_leave_nothing_to_say():
    model = cascade(20_000, keep_best=0.3)
    found = bands(model, [0])
    assert all(lowest > 0 or highest < 1000 for lowest, highest in found.values())
    assert remarks(model, found, [0]) == []
