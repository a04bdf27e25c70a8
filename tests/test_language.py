"""Languages: known ones are told, nothing is `und`, and a document's neighbours don't matter."""

import pyarrow as pa
import pytest

from curate.language import identify

TEXTS = {
    "en": "The quick brown fox jumps over the lazy dog, and nobody in the village was surprised.",
    "de": "Der schnelle braune Fuchs springt über den faulen Hund, und niemand im Dorf wunderte sich.",
    "fr": "Le renard brun saute par-dessus le chien paresseux et personne n'en fut surpris.",
    "ru": "Быстрая коричневая лиса перепрыгнула через ленивую собаку, и никто не удивился.",
    "ja": "素早い茶色の狐がのろまな犬を飛び越えたが、村の誰も驚かなかった。",
}


@pytest.mark.parametrize("type", [pa.string(), pa.large_string()])
def test_languages_are_told(type) -> None:
    labels, scores = identify(pa.array(TEXTS.values(), type))
    assert labels.to_pylist() == list(TEXTS)
    assert all(0.5 < score <= 1 and round(score, 3) == pytest.approx(score, abs=1e-6) for score in scores.to_pylist())


@pytest.mark.parametrize("text", ["", " \n\t", "\u2003"])
def test_no_text_is_unknown(text) -> None:
    labels, scores = identify(pa.array([text]))
    assert (labels.to_pylist(), scores.to_pylist()) == (["und"], [0.0])


def test_lines_are_joined_and_only_the_opening_counts() -> None:
    broken = TEXTS["de"].replace(" ", "\n")
    long = TEXTS["fr"] * 40 + TEXTS["ru"] * 100
    assert identify(pa.array([broken, long]))[0].to_pylist() == ["de", "fr"]


def test_slices_and_hostile_text_are_fine() -> None:
    texts = pa.array(["x", "\U0010ffff\u0000\u202e" * 50, *TEXTS.values(), "_" * 5000])
    assert identify(texts[2:7])[0].to_pylist() == list(TEXTS)
    assert len(identify(texts)[0]) == 8
    assert identify(texts[:0])[0].to_pylist() == []
