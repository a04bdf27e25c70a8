"""The floor of what is kept of Stack Exchange threads."""

from benchmarks.evaluate_stackexchange import measured
from curate.extract.html import fragment_text


def test_every_question_is_read_and_code_formulas_and_paragraphs_are_kept(data):
    archives = [data / "stackexchange" / f"{site}.stackexchange.com.7z" for site in ("beer", "matheducators")]
    found = measured(archives, {"curate": fragment_text})
    assert [row.name for row in found if not row.holds] == []
    assert sum(row.n for row in found if "kept" in row.name) > 1000
