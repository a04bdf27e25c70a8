"""How much of a document is in another language than most of it."""

import pyarrow as pa
import pytest
from hypothesis import given

from curate import signals
from tests.oracles.hostile import TEXTS

EN = "Nobody in the village was surprised that the quick brown fox had jumped over the lazy dog that morning.\n"
DE = "Niemand im Dorf wunderte sich darüber, dass der schnelle Fuchs über den faulen Hund gesprungen war, heute.\n"
FR = "Personne dans le village ne fut surpris que le renard rapide ait sauté par-dessus le chien paresseux hier.\n"
HR = "Nitko u selu nije bio iznenađen što je brza smeđa lisica preskočila lijenog psa toga jutra pokraj rijeke.\n"
SR = "Niko u selu nije bio iznenađen što je brza smeđa lisica preskočila lenjog psa tog jutra pored reke danas.\n"


def measured(*texts: str) -> list[tuple[float, int]]:
    made = signals.compute(pa.table({"text": pa.array(texts, pa.string())}), ["language"])
    found = zip(made["language.second_fraction"].to_pylist(), made["language.languages"].to_pylist(), strict=True)
    return [(round(fraction, 2), languages) for fraction, languages in found]


def test_the_share_is_that_of_all_languages_but_the_main_one():
    one, third, both, three = measured(EN * 6, EN * 4 + DE * 2, DE * 3 + EN * 3, EN * 4 + DE + FR)
    assert (one, three) == ((0, 1), (pytest.approx(0.33, abs=0.02), 3))
    assert third == (pytest.approx(0.33, abs=0.02), 2)
    assert both == (pytest.approx(0.5, abs=0.02), 2)


def test_a_text_of_one_line_counts_as_well():
    half = measured((EN * 4 + DE * 4).replace("\n", " "), (EN * 4 + DE * 4).replace(".\n", " "))
    assert half == [(pytest.approx(0.5, abs=0.1), 2)] * 2


def test_order_and_neighbours_change_nothing():
    mixed = measured(EN + DE + EN + DE + EN + EN, EN, DE * 2 + EN * 4)
    assert mixed[0] == mixed[2] == measured(EN * 4 + DE * 2)[0]


def test_nothing_to_tell_by_is_nothing_and_close_languages_are_one():
    assert measured("", "\n\n", "1 2 3", HR * 3 + SR * 3) == [(0, 0), (0, 0), (0, 0), (0, 1)]


@given(texts=TEXTS)
def test_shares_are_shares_whatever_the_text(texts):
    made = signals.compute(pa.table({"text": pa.array(texts, pa.string())}), ["language"])
    assert all(0 <= share <= 1 for share in made["language.second_fraction"].to_pylist())
    assert all(0 <= count <= 20 for count in made["language.languages"].to_pylist())


def test_mixed_declarations_are_told_better_than_by_chance(data):
    from benchmarks.evaluate_language import second_fractions
    from benchmarks.language_texts import mixes

    made = mixes(data, seed=0, count=100)
    found = second_fractions([text for text, _ in made])
    assert sum(abs(a - b) for a, (_, b) in zip(found, made, strict=True)) / len(made) <= 0.03
