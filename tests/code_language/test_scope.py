"""Rules name languages of code where they name languages."""

import pyarrow as pa
import pytest
from pydantic import ValidationError

from curate import rules
from curate.recipe.rules import Rule

LANGUAGES = {"language": ["en", "en", "de"], "code_language": ["JSON", "Python", None]}
TABLE = pa.table({"group": ["code"] * 3, "chars": [9] * 3, **LANGUAGES})


@pytest.mark.parametrize(
    ("scope", "concerned"),
    [
        ({"languages": ["JSON"]}, [True, False, False]),
        ({"languages": ["en"]}, [True, True, False]),
        ({"languages": ["Python", "de"]}, [False, True, True]),
        ({"except_languages": ["JSON", "de"]}, [False, True, False]),
    ],
)
def test_a_rule_concerns_languages_natural_and_of_code(scope: dict, concerned: list[bool]):
    rule = Rule(signal="chars", max=5, groups=["code"], **scope)
    assert (rules.apply([rule], TABLE).rule_index >= 0).tolist() == concerned


def test_a_table_without_languages_of_code_is_judged_all_the_same():
    rule = Rule(signal="chars", max=5, groups=["code"], languages=["en"])
    assert (rules.apply([rule], TABLE.drop_columns("code_language")).rule_index >= 0).tolist() == [True, True, False]


def test_a_language_of_code_that_there_is_not_is_refused_with_the_right_name():
    with pytest.raises(ValidationError, match="did you mean 'Python'"):
        Rule(signal="chars", max=5, languages=["python"])
