"""A model's folder at work: classes in the card's order, and files that are no such model."""

import hashlib

import numpy as np
import pyarrow as pa
import pytest

from classifiers.scorer import load
from curate import model_card
from curate.model_card import Card
from tests.oracles.fasttext_models import HIERARCHICAL, WORDS, Kind, content
from tests.oracles.plain_language import binding


def folder(at, classes, positive, file):
    (at / "model.bin").write_bytes(file)
    card = Card(
        "any", "fasttext", classes, positive, {"model.bin": hashlib.sha256(file).hexdigest()}, "CC0-1.0", "0", 0,
        {}, {}, {},
    )  # fmt: skip
    model_card.write(card, str(at))
    return str(at)


@pytest.mark.parametrize(
    ("kind", "classes", "positive"),
    [
        (Kind(labels=2, word_ngrams=2, buckets=100), ("0", "1"), "1"),
        (Kind(labels=2, word_ngrams=2, buckets=100), ("1", "0"), "1"),
        (Kind(HIERARCHICAL, labels=2), ("1", "0"), "0"),
        (Kind(labels=4), ("3", "0", "2", "1"), None),
        (Kind(HIERARCHICAL, labels=30), tuple(map(str, range(29, -1, -1))), None),
    ],
)
def test_probabilities_are_in_the_order_of_the_card(tmp_path, kind, classes, positive):
    texts = [f"{word} unheard {other}" for word, other in zip(WORDS, WORDS[7:] + ["</s> ba"] * 7, strict=True)]
    path = folder(tmp_path, classes, positive, content(kind, 3))
    found = load(path).probabilities(pa.array(texts))
    assert found.dtype == np.float32 and found.sum(axis=1) == pytest.approx(1, abs=1e-6)
    for text, row in zip(texts, found, strict=True):
        told = binding(f"{path}/model.bin").predict(text + "\n", 1, 0.0, "replace")
        assert told[0][1] == f"__label__{classes[row.argmax()]}"


def test_nothing_to_judge_by_is_no_or_any_class_alike(tmp_path):
    texts = pa.array(["", " \n\t", None, "__label__x"])
    assert (
        load(folder(tmp_path, ("0", "1"), "1", content(Kind(labels=2), 3))).probabilities(texts).tolist()
        == [[1, 0]] * 4
    )
    assert (
        load(folder(tmp_path, ("1", "0"), "1", content(Kind(labels=2), 3))).probabilities(texts).tolist()
        == [[0, 1]] * 4
    )
    found = load(folder(tmp_path, tuple("01234"), None, content(Kind(), 3))).probabilities(texts)
    assert found == pytest.approx(np.full((4, 5), 0.2))


def test_labels_that_are_not_the_cards_are_refused(tmp_path):
    path = folder(tmp_path, ("no", "yes"), "yes", content(Kind(labels=2), 3))
    with pytest.raises(ValueError, match=r"model.bin: its labels are __label__0, __label__1, not those of its card"):
        load(path)


def test_a_pickle_is_refused_unopened(tmp_path):
    path = folder(tmp_path, ("no", "yes"), "yes", b"cos\nsystem\n(S'touch /tmp/opened'\ntR.")
    with pytest.raises(ValueError, match=r"model.bin: not a fastText model that can be used: it does not begin as one"):
        load(path)
