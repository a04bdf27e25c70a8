"""The shipped rules where writing has no spaces: what is good stays as it does in English, what repeats itself goes."""

import pytest

FILES = {"cmn_hans": "zh", "jpn": "ja", "tha": "th", "lao": "lo", "khm": "km", "mya": "my"}


@pytest.mark.parametrize("recipe", ["default", "llama3", "multilingual"])
def test_good_pages_are_kept_and_bad_ones_are_not(data, recipe):
    from benchmarks.evaluate_language import _kept_of
    from benchmarks.language_texts import declarations, pieces

    known = declarations(data)
    english = _kept_of(recipe, pieces(known["eng"]), "en")
    for file, language in FILES.items():
        good = pieces(known[file])
        assert _kept_of(recipe, good, language) >= english - 2, language
        twice = [f"{text}\n{text}\n{text}" for text in good]
        assert _kept_of(recipe, twice, language) == 0, language
        short = [text[:60] for text in good]
        assert _kept_of(recipe, short, language) == 0, language
