"""The floor of what is kept of books, and of what is not."""

from benchmarks.evaluate_epub import measured


def test_paragraphs_are_kept_and_nothing_of_the_apparatus(data):
    found = measured(sorted((data / "books" / "epub").glob("*.epub")), {})
    assert [row.name for row in found if not row.holds] == []
    assert sum(row.n for row in found) > 10_000
