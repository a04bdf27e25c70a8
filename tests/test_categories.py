import pyarrow as pa

from curate.categories import assign
from curate.recipe import CategoryRule

COLUMNS = pa.table(
    {
        "group": ["code", "web", "web", "web", "web", "web"],
        "language": ["en", "en", "de", "de", "und", None],
        "code.score": pa.array([0.0, 0.7, 0.0, 0.0, None, None], pa.float32()),
        "math.score": pa.array([0.9, 0.9, 0.7, 0.1, None, None], pa.float32()),
    }
)
RULES = [
    CategoryRule(category="code", groups=["code"]),
    CategoryRule(category="code", signal="code.score", min=0.7),
    CategoryRule(category="math", signal="math.score", min=0.7),
    CategoryRule(category="multilingual", languages=["de"]),
]


def test_the_first_rule_that_fits_decides():
    assert assign(RULES, COLUMNS).to_pylist() == ["code", "code", "math", "multilingual", "general", "general"]


def test_every_condition_of_a_rule_must_hold():
    rule = CategoryRule(category="code", groups=["web"], signal="math.score", min=0.7, except_languages=["de"])
    assert assign([rule], COLUMNS).to_pylist() == ["general", "code", *["general"] * 4]


def test_without_rules_all_is_general():
    assert assign([], COLUMNS).to_pylist() == ["general"] * 6
    assert assign(RULES, COLUMNS[:0]).to_pylist() == []
